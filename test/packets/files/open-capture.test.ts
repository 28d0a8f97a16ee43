import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { pcap, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { collectSource, inputErrorOf, packetOf } from "./collect-records.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-open-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("openCapture", () => {
  it("detects the format by the first bytes, whatever the name", async () => {
    const classic = await openCapture(written("classic.pcapng", pcap().record([1]).build()));
    expect(classic.format).toBe("pcap");
    const { records, error } = await collectSource(classic);
    expect([records.length, error]).toEqual([1, null]);
    const path = written("modern.pcap.gz", pcapng().section().interface().packet([1]).build());
    const modern = await openCapture(path);
    expect([modern.format, modern.name]).toEqual(["pcapng", path]);
    expect((await collectSource(modern)).records).toHaveLength(1);
  });

  it("counts the bytes read and their total", async () => {
    const file = pcap().record(packetOf(1000)).build();
    const source = await openCapture(written("counted", file));
    expect(source.totalBytes).toBe(file.length);
    await collectSource(source);
    expect(source.bytesRead).toBe(file.length);
  });

  it.each([
    ["an empty file", [], "not_a_capture", "empty"],
    ["one byte", [0xd4], "not_a_capture", "neither pcap nor pcapng"],
    ["text", [...Buffer.from("#!/bin/sh\nexit 0\n")], "not_a_capture", "neither pcap nor pcapng"],
    [
      "only the magic number",
      [0xd4, 0xc3, 0xb2, 0xa1],
      "truncated_header",
      "the pcap file header needs 24 bytes, 4 left",
    ],
    ["snoop", [...Buffer.from("snoop\0\0\0\0\0\0\x02")], "unsupported_format", "editcap -F pcapng"],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0], "unsupported_format", "xz -dc"],
    ["bzip2", [...Buffer.from("BZh91AY")], "unsupported_format", "bzip2 -dc"],
    ["lz4", [4, 0x22, 0x4d, 0x18, 0, 0], "unsupported_format", "lz4 -dc"],
  ])("refuses %s", async (_, bytes, code, text) => {
    const path = written("refused", Uint8Array.from(bytes));
    const error = await inputErrorOf(openCapture(path));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
    expect(error.message.startsWith(`${path}: `)).toBe(true);
  });

  it("opens a truncated section header, and reports it at the end", async () => {
    const source = await openCapture(written("cut", pcapng().section().build().subarray(0, 10)));
    const { records, error } = await collectSource(source);
    expect(records).toHaveLength(0);
    expect(error?.message).toMatch(/pcapng block 1 at byte 0 needs 28 bytes, 10 left$/);
  });

  it("explains in plain words why a file cannot be opened", async () => {
    const missing = join(folder, "missing.pcap");
    expect(await inputErrorOf(openCapture(missing))).toMatchObject({
      code: "cannot_open",
      message: `${missing}: no such file`,
      position: { source: missing },
    });
    expect((await inputErrorOf(openCapture(folder))).message).toBe(`${folder}: is a directory`);
  });

  it.runIf(existsSync("/dev/zero"))("refuses devices, which may have no end", async () => {
    for (const device of ["/dev/null", "/dev/zero", "/dev/tty"]) {
      const { code, message } = await inputErrorOf(openCapture(device));
      expect([code, message]).toEqual(["cannot_open", `${device}: is a device or a terminal, not a capture`]);
    }
  });
});
