/** Bundles the fuzzing process, with counters in the program's sources. */
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { MOST_BLOCKS } from "./counters.ts";
import { blockCount, type CoveredFile } from "./coverage-map.ts";
import { instrument } from "./instrument.ts";

const ROOT = join(import.meta.dirname, "../../..");
const COUNTERS = "blocksReached";
const IMPORT = `import { reached as ${COUNTERS} } from ${JSON.stringify(join(import.meta.dirname, "counters.ts"))};`;
const NOT_COUNTED = [
  // Test builders; AssemblyScript; and rendering, which inputs only reach through a report.
  "src/testing/",
  "src/packets/kernel/assembly/",
  "src/render/",
  // Tables with secret hash keys: they are traversed differently in each process.
  "src/evidence/devices/address-index.ts",
  "src/evidence/observation/key-hash.ts",
  "src/evidence/observation/key-index.ts",
];

/** Path of the bundle. */
export interface InstrumentedBundle {
  readonly program: string;
  /** A file with the `CoverageMap` as JSON. */
  readonly mapFile: string;
}

/** Bundles `entry` into `folder`. */
export async function buildInstrumented(entry: string, folder: string): Promise<InstrumentedBundle> {
  const files: CoveredFile[] = [];
  const bundle = await rolldown({
    input: entry,
    platform: "node",
    external: [/^node:/, "cap"],
    plugins: [counting(files)],
    logLevel: "silent",
  });
  const { output } = await bundle.write({ dir: folder, format: "esm", entryFileNames: "fuzz-child.mjs" });
  await bundle.close();
  const mapFile = join(folder, "coverage-map.json");
  writeFileSync(mapFile, JSON.stringify(files));
  return { program: join(folder, output[0].fileName), mapFile };
}

function counting(files: CoveredFile[]): Plugin {
  return {
    name: "counting",
    transform(code, id) {
      const path = relative(ROOT, id).replaceAll("\\", "/");
      if (!path.endsWith(".ts")) return null;
      // The bundle is elsewhere than data and fixtures.
      const placed = code
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
        .replaceAll("import.meta.dirname", JSON.stringify(join(id, "..")));
      if (!path.startsWith("src/") || NOT_COUNTED.some((folder) => path.startsWith(folder))) return placed;
      const first = blockCount(files);
      const { code: counted, ...facts } = instrument(placed, first, COUNTERS);
      files.push({ path, first, ...facts });
      if (blockCount(files) > MOST_BLOCKS) throw new Error(`more than ${MOST_BLOCKS} blocks`);
      return `${IMPORT}\n${counted}`;
    },
  };
}
