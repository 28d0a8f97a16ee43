/**
 * Captures of real conversations, many times over: the lab's handshakes with other clients each time, so that names are
 * read from what real programs sent. Checksums are those of the originals: nobody here looks at them.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { LinkType } from "../../src/net/link-types.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { put16, put32, put32LittleEndian } from "./byte-order.ts";

/** Classic pcap, little-endian, microseconds, version 2.4, snaplen 262144, Ethernet. */
const FILE_HEADER = [0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1];
const RECORD_HEADER_BYTES = 16;
const ETHERNET_BYTES = 14;
const ETHER_TYPE_OFFSET = 12;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const IPV4_ADDRESSES = [12, 16];
const IPV6_ADDRESSES = [8, 24];
/** The lab's own networks (scripts/lab/network.ts): 10.77.0.0/16 and fd77::/16 are clients and local servers. */
const LAB_IPV4 = 0x0a4d;
const LAB_IPV6 = 0xfd77;

interface Frame {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly microseconds: number;
}

/** Packets and bytes of a replicated capture. */
export interface ReplicaTotals {
  readonly packets: number;
  readonly bytes: number;
}

/** Writes `copies` of the Ethernet captures at `paths` to `out`, each copy with lab addresses of its own. */
export async function replicateCaptures(
  paths: readonly string[],
  copies: number,
  out: string,
): Promise<ReplicaTotals> {
  const frames: Frame[] = [];
  for (const path of paths) frames.push(...(await readFrames(path)));
  const file = openSync(out, "w");
  try {
    const header = new Uint8Array(FILE_HEADER.length * 4);
    for (const [i, word] of FILE_HEADER.entries()) put32LittleEndian(header, i * 4, word);
    writeSync(file, header);
    for (let copy = 0; copy < copies; copy++) writeSync(file, copyOf(frames, copy));
  } finally {
    closeSync(file);
  }
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  return { packets: frames.length * copies, bytes: bytes * copies };
}

async function readFrames(path: string): Promise<Frame[]> {
  const source = await openCapture(path, { reader: "fast" });
  const frames: Frame[] = [];
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.count; i++) {
      if (block.interfaces[block.interfaceIds[i]].linkType !== LinkType.ETHERNET) continue;
      const offset = block.offsets[i];
      frames.push({
        bytes: block.bytes.slice(offset, offset + block.capturedLengths[i]),
        length: block.originalLengths[i],
        microseconds: (block.seconds[i] % 1000) * 1e6 + Math.floor(block.nanoseconds[i] / 1000),
      });
    }
  }
  return frames;
}

/** All frames as records; `copy` goes into the addresses, and into the times so that they stay in order. */
function copyOf(frames: readonly Frame[], copy: number): Uint8Array {
  const size = frames.reduce((sum, { bytes }) => sum + RECORD_HEADER_BYTES + bytes.length, 0);
  const records = new Uint8Array(size);
  let at = 0;
  for (const { bytes, length, microseconds } of frames) {
    put32LittleEndian(records, at, 1_700_000_000 + copy);
    put32LittleEndian(records, at + 4, microseconds % 1_000_000);
    put32LittleEndian(records, at + 8, bytes.length);
    put32LittleEndian(records, at + 12, length);
    at += RECORD_HEADER_BYTES;
    records.set(bytes, at);
    readdress(records, at, bytes.length, copy);
    at += bytes.length;
  }
  return records;
}

function readdress(bytes: Uint8Array, frame: number, length: number, copy: number): void {
  if (length < ETHERNET_BYTES + 40) return;
  const type = (bytes[frame + ETHER_TYPE_OFFSET] << 8) | bytes[frame + ETHER_TYPE_OFFSET + 1];
  const ip = frame + ETHERNET_BYTES;
  if (type === IPV4) {
    for (const at of IPV4_ADDRESSES) {
      // 10.77.subnet.host of the lab: the copy takes the place of the network and the subnet stays in the last byte.
      if (read16(bytes, ip + at) !== LAB_IPV4) continue;
      const host = (bytes[ip + at + 2] << 4) | bytes[ip + at + 3];
      put32(bytes, ip + at, 0x0a000000 | ((copy & 0xffff) << 8) | host);
    }
  } else if (type === IPV6) {
    for (const at of IPV6_ADDRESSES) if (read16(bytes, ip + at) === LAB_IPV6) put16(bytes, ip + at + 8, copy);
  }
}

function read16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}
