import { defineConfig, type RolldownOptions } from "rolldown";
import manifest from "./package.json" with { type: "json" };

const shared = {
  platform: "node",
  external: [/^node:/, ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })],
  treeshake: { moduleSideEffects: false },
  optimization: { inlineConst: { mode: "all", pass: 3 } },
} satisfies RolldownOptions;
const output = {
  dir: "dist",
  format: "esm",
  entryFileNames: "[name].js",
  minify: false,
  comments: false,
} as const;

/**
 * One bundle of our own modules, for speed: between modules, every use of an imported constant is a load and a check,
 * within one it is a number in the machine code (bench/README.md has the figures). Packages stay outside.
 *
 * Every file comes to lie two folders deep, as the sources do, so that `../../data` is the data folder in both.
 *
 * The process that captures with the package cap has a bundle of its own, so that it takes no module out of the first.
 */
export default defineConfig([
  {
    ...shared,
    input: { "cli/main": "src/cli/main.ts", "lib/index": "src/index.ts" },
    output: { ...output, cleanDir: true, chunkFileNames: "chunks/[name].js" },
  },
  {
    ...shared,
    input: { "capture/cap-child": "src/capture/live/cap-child.ts" },
    output: { ...output, cleanDir: false },
  },
]);
