/**
 * Nine captures of 81 kB, each with 65,536 interfaces named with control characters, ended in a fatal error of V8, and 21
 * with plain names in "Invalid string length": the report was a single string.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder } from "../cli/sample-captures.ts";

const INTERFACES = 65_536;

let folder: CaptureFolder;
beforeAll(() => {
  folder = new CaptureFolder();
});
afterAll(() => folder.remove());

function capture(name: string): Uint8Array {
  const described = pcapng().interface({ name }).build();
  return concatBytes(pcapng().section().build(), ...new Array<Uint8Array>(INTERFACES).fill(described));
}

it.each([
  ["control characters", "\u0085".repeat(255), 9, ["table", "json", "csv", "ndjson", "html"]],
  ["plain letters", "n".repeat(255), 21, ["json"]],
])(
  "a report longer than a string can be is written for interface names of %s",
  async (_, name, count, formats) => {
    const file = folder.put("names.pcapng", capture(name));
    const files = new Array<string>(count).fill(file);
    for (const format of formats) {
      const { status, stdout, stderr } = await runCli(["summarize", ...files, "--format", format]);
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout.length).toBeLessThan(2_000_000);
      if (format !== "json") continue;
      const { sources } = JSON.parse(stdout).capture;
      expect(sources).toHaveLength(count);
      for (const { interfaces, moreInterfaces } of sources) {
        expect(interfaces.length + moreInterfaces.interfaces).toBe(INTERFACES);
      }
    }
  },
);
