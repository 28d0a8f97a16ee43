/** Runs the real tcpdump to find which packets an expression matches. */
import { spawnSync } from "node:child_process";
import { pcap } from "../../src/testing/builders/capture-builder.ts";

const FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;
const CAPTURED_LENGTH_OFFSET = 8;

/** A packet of an Ethernet capture. */
export interface CapturedPacket {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Captured bytes; all of them by default. */
  readonly cutTo?: number;
}

/** Returns the version of tcpdump, or null if it is missing. */
export function tcpdumpVersion(): string | null {
  const { status, stdout, stderr } = spawnSync("tcpdump", ["--version"], { encoding: "utf8" });
  return status === 0 ? (`${stdout}${stderr}`.split("\n")[0] ?? "") : null;
}

/** Returns the names of the packets that tcpdump matches, or its error message if it refuses the expression. */
export function tcpdumpMatches(packets: readonly CapturedPacket[], expression: string): string[] | string {
  const builder = pcap();
  // The time of a record is its index, by which it is identified.
  packets.forEach(({ bytes, cutTo }, seconds) => {
    builder.record(bytes, cutTo === undefined ? { seconds } : { seconds, cutTo });
  });
  // -O: the optimizer refuses expressions that no packet can match.
  const { status, stdout, stderr } = spawnSync("tcpdump", ["-n", "-O", "-r", "-", "-w", "-", expression], {
    input: builder.build(),
    maxBuffer: 1 << 26,
  });
  if (status !== 0) return stderr.toString("utf8");
  const names: string[] = [];
  for (let offset = FILE_HEADER_LENGTH; offset < stdout.length; ) {
    names.push(packets[stdout.readUInt32LE(offset)].name);
    offset += RECORD_HEADER_LENGTH + stdout.readUInt32LE(offset + CAPTURED_LENGTH_OFFSET);
  }
  return names;
}
