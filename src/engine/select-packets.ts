/** Leaves in a block only the packets that a filter matches. */

import type { PacketFilter } from "../filter/packet-filter.ts";
import { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { decodePacket } from "../packets/decode/packet-decoder.ts";
import type { PacketBlock } from "../packets/packet-block.ts";

/** Makes a function that takes out of a block (changed in place) what `filter` does not match. */
export function packetSelector(filter: PacketFilter): (block: PacketBlock) => void {
  const packet = new DecodedPacket();
  return (block) => {
    const { bytes, interfaces, offsets, capturedLengths, originalLengths, interfaceIds } = block;
    let kept = 0;
    for (let i = 0; i < block.count; i++) {
      const { linkType, fcsLength } = interfaces[interfaceIds[i]];
      const length = originalLengths[i];
      decodePacket(linkType, bytes, offsets[i], capturedLengths[i], length, fcsLength, packet);
      if (!filter(bytes, packet, length)) continue;
      if (kept < i) moveRow(block, i, kept);
      kept++;
    }
    block.count = kept;
  };
}

function moveRow(block: PacketBlock, from: number, to: number): void {
  block.offsets[to] = block.offsets[from];
  block.capturedLengths[to] = block.capturedLengths[from];
  block.originalLengths[to] = block.originalLengths[from];
  block.seconds[to] = block.seconds[from];
  block.nanoseconds[to] = block.nanoseconds[from];
  block.interfaceIds[to] = block.interfaceIds[from];
  block.processIds[to] = block.processIds[from];
}
