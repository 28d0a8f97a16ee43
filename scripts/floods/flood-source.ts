/** A packet source that generates its packets while it is read: a flood of ten million needs no space. */
import { LinkType } from "../../src/net/link-types.ts";
import { BLOCK_CAPACITY, PacketBlock } from "../../src/packets/packet-block.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";

/** Writes packet `i` into `bytes` (borrowed) from `offset` on, and returns its length. */
export type PacketWriter = (i: number, bytes: Uint8Array, offset: number) => number;

const LONGEST_PACKET = 1514;
const BLOCKS_PER_TURN = 64;

/** A source of `packets` packets at a rate per second, which can be read once. */
export function floodSource(packets: number, packetsPerSecond: number, write: PacketWriter): PacketSource {
  const block = new PacketBlock();
  block.bytes = new Uint8Array(BLOCK_CAPACITY * LONGEST_PACKET);
  const face = {
    linkType: LinkType.ETHERNET,
    name: "flood0",
    fcsLength: 0,
    timeDigits: 6,
    packets,
    dropped: null,
  };
  block.interfaces.push(face);
  return {
    name: "flood",
    format: "pcapng",
    interfaces: block.interfaces,
    error: null,
    bytesRead: 0,
    totalBytes: null,
    async *blocks() {
      for (let next = 0, turn = 0; next < packets; turn++) {
        block.count = Math.min(BLOCK_CAPACITY, packets - next);
        let offset = 0;
        for (let row = 0; row < block.count; row++, next++) {
          const length = write(next, block.bytes, offset);
          const seconds = next / packetsPerSecond;
          block.offsets[row] = offset;
          block.capturedLengths[row] = length;
          block.originalLengths[row] = length;
          block.seconds[row] = 1_769_850_000 + Math.floor(seconds);
          block.nanoseconds[row] = Math.floor((seconds % 1) * 1e6) * 1000;
          block.interfaceIds[row] = 0;
          offset += length;
        }
        yield block;
        if (turn % BLOCKS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
