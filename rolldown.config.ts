import { defineConfig, type OutputOptions, type RolldownOptions } from "rolldown";
import manifest from "./package.json" with { type: "json" };
import {
  asciiOnly,
  asFunction,
  importsByLoader,
  lazyBuiltins,
  licences,
  withoutProcesses,
} from "./scripts/program-bundle.ts";

const shared = {
  platform: "node",
  external: [/^node:/, ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })],
  // Modules do nothing by being loaded: what a command does not use need not be loaded with it.
  treeshake: { moduleSideEffects: false },
  optimization: { inlineConst: { mode: "all", pass: 3 } },
} satisfies RolldownOptions;
const output = { dir: "dist", minify: false, comments: false } satisfies OutputOptions;
const modules = { ...output, format: "esm", entryFileNames: "[name].js" } satisfies OutputOptions;

/**
 * Bundles of our own modules, for speed: few files to find and to read, constants as numbers in the machine code
 * (bench/README.md has the figures). Packages stay outside, but for commander in the program, which has the library in it as well. The
 * program is CommonJS in files for each command and for what several share, compiled and loaded by `src/cli/main.ts`, which has a bundle
 * of its own. A package that is a module is to be imported when it is needed (`await import`): a test holds it.
 *
 * Every file comes to lie two folders deep, as the sources do, so that `../../data` is the data folder in both.
 *
 * The process that captures with the package cap and the thread that reads ahead have bundles of their own, so that they take
 * no module out of the others.
 * The page of `live --web` has one, too: for browsers, and small.
 */
export default defineConfig([
  {
    ...shared,
    input: { "cli/start": "src/cli/start.ts" },
    plugins: [
      withoutProcesses(),
      lazyBuiltins(),
      importsByLoader(),
      asciiOnly(),
      asFunction(),
      licences("cli/licences.txt"),
    ],
    output: {
      ...output,
      cleanDir: true,
      format: "cjs",
      entryFileNames: "[name]-[hash].cjs",
      chunkFileNames: "cli/[name]-[hash].cjs",
    },
  },
  {
    ...shared,
    input: { "cli/main": "src/cli/main.ts" },
    output: { ...output, cleanDir: false, format: "cjs", entryFileNames: "[name].cjs" },
  },
  {
    ...shared,
    input: {
      "lib/index": "src/index.ts",
      "lib/render": "src/render/index.ts",
      "lib/firewall": "src/firewall/index.ts",
      "lib/testing": "src/testing/index.ts",
    },
    output: { ...modules, cleanDir: false, chunkFileNames: "lib/[name].js" },
  },
  {
    ...shared,
    input: { "capture/cap-child": "src/packets/live/cap-child.ts" },
    output: { ...modules, cleanDir: false },
  },
  {
    ...shared,
    input: { "reading/reading-worker": "src/packets/ahead/reading-worker.ts" },
    output: { ...output, format: "cjs", entryFileNames: "[name].cjs", cleanDir: false, minify: true },
    treeshake: true,
  },
  {
    ...shared,
    platform: "browser",
    input: { "web/page": "src/web/page/main.ts" },
    output: { ...modules, cleanDir: false, minify: true },
    treeshake: true,
  },
]);
