/**
 * A-MSDU: several frames in one 802.11 frame (IEEE 802.11-2020, 9.3.2.2.2).
 *
 *    0             6        12      14
 *   | destination | source | length | LLC ... | padded to a multiple of 4 but in the last subframe | ...
 *
 * A record counts once, so one subframe represents all: the first with ports and data, else the first with ports, else
 * one truncated by the snaplen, else the first.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { DecodedPacket } from "./decoded-packet.ts";
import { isBroadcast } from "./ethernet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { PacketClass, packetClassOf, Weird } from "./weirds.ts";

const SENDER_OFFSET = 6;
const LENGTH_OFFSET = 12;
const HEADER_LENGTH = 14;
const ALIGNMENT = 4;

/** Walks from a layer to the ports; returns 0 or a weird (`packet-decoder.ts`). */
export type Walk = (
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
) => number;

/** Ranks of subframes: the highest represents the frame. */
const Rank = { NONE: 0, WITHOUT_PORTS: 1, CUT: 2, PORTS: 3, DATA: 4 } as const;

/** State before the subframes, and after the best of them, while `isInAggregate`: they do not nest. */
const before = new DecodedPacket();
const best = new DecodedPacket();
let isInAggregate = false;

/** Decodes the subframes at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeWifiAggregate(
  walk: Walk,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (isInAggregate) return Weird.WIFI_AGGREGATE;
  isInAggregate = true;
  const weird = decodeSubframes(walk, bytes, offset, end, out);
  isInAggregate = false;
  return weird === 0 ? follow(Layer.DONE, out.payloadOffset, out.payloadEnd, out) : weird;
}

function decodeSubframes(
  walk: Walk,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  before.copyFrom(out);
  let bestWeird = 0;
  let bestRank: number = Rank.NONE;
  let subframe = offset;
  do {
    out.copyFrom(before);
    const weird = decodeSubframe(walk, bytes, subframe, end, out);
    const rank = rankOf(weird, out);
    if (rank > bestRank) {
      best.copyFrom(out);
      bestRank = rank;
      bestWeird = weird;
    }
    if (end - subframe < HEADER_LENGTH) break;
    const length = HEADER_LENGTH + readUint16(bytes, subframe + LENGTH_OFFSET);
    subframe += (length + ALIGNMENT - 1) & -ALIGNMENT;
  } while (subframe < end && bestRank < Rank.DATA);
  out.copyFrom(best);
  return bestWeird;
}

function decodeSubframe(
  walk: Walk,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_WIFI_SUBFRAME, end, out);
  if (isBroadcast(bytes, offset)) out.linkBroadcast = 1;
  out.receiverOffset = offset;
  out.senderOffset = offset + SENDER_OFFSET;
  const payload = offset + HEADER_LENGTH;
  const length = readUint16(bytes, offset + LENGTH_OFFSET);
  return walk(Layer.LLC, bytes, payload, Math.min(payload + length, end), out);
}

function rankOf(weird: number, out: DecodedPacket): number {
  if (weird === 0) return out.payloadEnd > out.payloadOffset ? Rank.DATA : Rank.PORTS;
  return packetClassOf(weird) === PacketClass.SNAPLEN_CUT ? Rank.CUT : Rank.WITHOUT_PORTS;
}
