import { defineConfig } from "rolldown";
import manifest from "./package.json" with { type: "json" };

/**
 * One bundle of our own modules, for speed: between modules, every use of an imported constant is a load and a check,
 * within one it is a number in the machine code (bench/README.md has the figures). Packages stay outside.
 *
 * Every file comes to lie two folders deep, as the sources do, so that `../../data` is the data folder in both.
 */
export default defineConfig({
  input: { "cli/main": "src/cli/main.ts", "lib/index": "src/index.ts" },
  platform: "node",
  external: [/^node:/, ...Object.keys(manifest.dependencies)],
  optimization: { inlineConst: { mode: "all", pass: 3 } },
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    minify: false,
  },
});
