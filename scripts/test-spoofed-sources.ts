/**
 * Checks that two million spoofed senders, each with a separate address and hardware address, leave memory bounded: the
 * summary must state how many it left in "other devices", include every byte, and take less than 700 MB.
 *
 *   npx tsx scripts/test-spoofed-sources.ts     (after `npm run build`)
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Summary } from "../src/reports/traffic/summary.ts";

const SENDERS = 2_000_000;
const MOST_MEGABYTES = 700;
/** Accuracy of the address tally (`evidence/devices/address-tally.ts`). */
const TALLY_PART = 0.01;
/** Tenancies that are kept. */
const KEPT = 65_536;
const PACKETS_AT_ONCE = 10_000;

const folder = mkdtempSync(join(tmpdir(), "appleflow-spoofed-"));
try {
  const capture = join(folder, "spoofed.pcap");
  writeCapture(capture);
  const run = spawnSync(
    "/usr/bin/time",
    [
      "-f",
      "%M",
      process.execPath,
      "dist/cli/main.cjs",
      "summarize",
      capture,
      "--format",
      "json",
      "--top",
      "1",
      "--by",
      "device",
    ],
    {
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  const summary = JSON.parse(run.stdout) as Summary;
  const megabytes = Number(run.stderr.trim().split("\n").at(-1)) / 1000;
  const left = summary.otherDevices?.addresses ?? 0;
  console.log(`${SENDERS} senders: ${Math.round(megabytes)} MB, about ${left} addresses in others`);
  if (megabytes > MOST_MEGABYTES) throw new Error(`more than ${MOST_MEGABYTES} MB`);
  if (Math.abs(left - (SENDERS - KEPT)) > SENDERS * TALLY_PART)
    throw new Error(`${SENDERS - KEPT} were left out`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A frame of 60 bytes with Ethernet, IPv4 and UDP, each from another private address and hardware address. */
function writeCapture(path: string): void {
  const file = openSync(path, "w");
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  writeSync(file, header);
  const length = 16 + 60;
  const chunk = Buffer.alloc(PACKETS_AT_ONCE * length);
  for (let first = 0; first < SENDERS; first += PACKETS_AT_ONCE) {
    for (let i = 0; i < PACKETS_AT_ONCE; i++) writePacket(chunk, i * length, first + i);
    writeSync(file, chunk);
  }
  closeSync(file);
}

function writePacket(chunk: Buffer, at: number, sender: number): void {
  chunk.writeUInt32LE(1_700_000_000 + Math.floor(sender / 50_000), at);
  chunk.writeUInt32LE(sender % 50_000, at + 4);
  chunk.writeUInt32LE(60, at + 8);
  chunk.writeUInt32LE(60, at + 12);
  const frame = at + 16;
  chunk.write("00e04c000001", frame, "hex");
  chunk.writeUInt16BE(0x0200, frame + 6);
  chunk.writeUInt32BE(sender, frame + 8);
  chunk.writeUInt16BE(0x0800, frame + 12);
  const ip = frame + 14;
  chunk.writeUInt16BE(0x4500, ip);
  chunk.writeUInt16BE(46, ip + 2);
  chunk.writeUInt16BE(0x4011, ip + 8);
  chunk.writeUInt32BE(0x0a000000 + sender, ip + 12);
  chunk.writeUInt32BE(0xc0a80001, ip + 16);
  chunk.writeUInt16BE(40_000, ip + 20);
  chunk.writeUInt16BE(9999, ip + 22);
  chunk.writeUInt16BE(26, ip + 24);
}
