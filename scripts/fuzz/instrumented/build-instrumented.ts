/** Bundles the process that fuzzes, with counters in the sources of the program. */
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
  // Builders of tests; AssemblyScript; and what draws, which no input reaches but through a report.
  "src/testing/",
  "src/packets/kernel/assembly/",
  "src/render/",
  // Tables whose keys are hashed with secrets: how they are walked is another way in each process.
  "src/evidence/devices/address-index.ts",
  "src/evidence/observation/key-hash.ts",
  "src/evidence/observation/key-index.ts",
];

/** Where the bundle is. */
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
      // The bundle lies elsewhere, and data and fixtures do not.
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
