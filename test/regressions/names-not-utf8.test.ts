/** File names need not be UTF-8: those in directories are read and shown escaped; Node loses the bytes of arguments. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { findCaptures } from "../../src/packets/files/find-captures.ts";
import { pcap } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-names-"));
const built = packet().ethernet().ipv4().tcp().build();

/** A path below the folder, from the bytes of a Latin-1 name. */
const bytesAt = (name: string): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);

/** Linux accepts any bytes; other systems may refuse them. */
const isPossible = process.platform === "linux";

beforeAll(() => {
  if (!isPossible) return;
  mkdirSync(bytesAt("caf\xe9"));
  for (const [i, name] of [
    "caf\xe9/a.pcap",
    "caf\xe9/na\xefve.pcap",
    "m\xfcller.pcap",
    "plain.pcap",
  ].entries()) {
    const capture = pcap();
    for (let count = 0; count <= i; count++) capture.record(built);
    writeFileSync(bytesAt(name), capture.build());
  }
  // The escaped name as text: another file.
  writeFileSync(join(folder, "m\\xfcller.pcap"), pcap().build());
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(isPossible)("file names that are not UTF-8", () => {
  it("are read in a directory, and shown escaped", async () => {
    const { capture } = await summarize([folder]);
    expect(capture.sources.map(({ name, packets, error }) => [name, packets, error])).toEqual([
      [`${folder}/caf\\xe9/a.pcap`, 1, null],
      [`${folder}/caf\\xe9/na\\xefve.pcap`, 2, null],
      [`${folder}/m\\xfcller.pcap`, 0, null],
      [`${folder}/m\\xfcller.pcap`, 3, null],
      [`${folder}/plain.pcap`, 4, null],
    ]);
  });

  it("keep their valid UTF-8 parts", async () => {
    const inside = join(folder, "mixed");
    mkdirSync(inside);
    writeFileSync(
      Buffer.concat([Buffer.from(`${inside}/\u00e9\u20ac`), Buffer.of(0xff, 0x0a)]),
      pcap().build(),
    );
    expect((await findCaptures([inside])).names).toEqual([`${inside}/\u00e9\u20ac\\xff\n`]);
  });

  it("are explained if given as an argument", async () => {
    const argument = bytesAt("m\xfcller.pcap").toString();
    const { capture } = await summarize([argument]);
    expect(capture.sources[0].error?.message).toContain(
      "a name that is not UTF-8 cannot be given as an argument",
    );
    const missing = await summarize([join(folder, "gone.pcap")]);
    expect(missing.capture.sources[0].error?.message).not.toContain("UTF-8");
  });
});
