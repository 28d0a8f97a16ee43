/** Captures of other projects, where they lie beside the checkout: packets and bytes as their README counts them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open-capture.ts";

const folder = fileURLToPath(new URL("../../../shared/captures/", import.meta.url));
const isThere = existsSync(join(folder, "README.md"));
if (!isThere) console.log(`skipped: the captures to compare with are not there (${folder})`);

const rows = isThere
  ? [
      ...readFileSync(join(folder, "README.md"), "utf8").matchAll(
        /^\| (\S+\.pcap(?:ng)?) \| (\d+) \| (\d+) \|/gm,
      ),
    ]
  : [];

describe.skipIf(!isThere)("captures of other projects", () => {
  it("are all in the table", () => {
    expect(rows.length).toBeGreaterThan(30);
  });

  it.each(rows.map(([, name, packets, bytes]) => [name, Number(packets), Number(bytes)] as const))(
    "%s holds %d packets of %d bytes",
    async (name, packets, bytes) => {
      const source = await openCapture(join(folder, name));
      let count = 0;
      let sum = 0;
      for await (const block of source.blocks()) {
        count += block.count;
        for (let row = 0; row < block.count; row++) sum += block.originalLengths[row];
      }
      expect([count, sum, source.error]).toEqual([packets, bytes, null]);
    },
  );
});
