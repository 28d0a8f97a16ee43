/** The packet decoder, with every link type. */
import { DecodedPacket } from "../../../src/packets/decode/decoded-packet.ts";
import { decodePacket } from "../../../src/packets/decode/packet-decoder.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { layoutOf } from "../capture-layout.ts";
import { type CaptureSample, captureSamples } from "../capture-samples.ts";
import { byteTargets } from "../fuzz-target.ts";

/** Before the packet: its link type, and the record's statement of its length. */
const HEADER_LENGTH = 3;
/** In the length byte: bytes cut by the snaplen, and whether a frame check sequence is announced. */
const CUT_MASK = 0x3f;
const FRAME_CHECK = 0x40;
const FRAME_CHECK_LENGTH = 4;
const PACKETS_OF_EACH = 4;

/** One target. */
export const DECODER_TARGETS = byteTargets([
  {
    name: "packet-decoder",
    samples: captureSamples().flatMap(packetsOf),
    weight: 2,
    run: (bytes, offset, end) => {
      const packet = offset + HEADER_LENGTH;
      if (packet > end) return null;
      const linkType = (bytes[offset] << 8) | bytes[offset + 1];
      const cut = bytes[offset + 2] & CUT_MASK;
      const frameCheck = (bytes[offset + 2] & FRAME_CHECK) === 0 ? 0 : FRAME_CHECK_LENGTH;
      const out = new DecodedPacket();
      decodePacket(linkType, bytes, packet, end - packet, end - packet + cut, frameCheck, out);
      return relativeTo(out, packet, end);
    },
  },
]);

/** The fields of a decoded packet, with offsets relative to its first byte; reports one outside of it. */
function relativeTo(out: DecodedPacket, packet: number, end: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(out).map(([name, value]: [string, number]) => {
      if (!/(?:Offset|End)$/.test(name) || value <= 0) return [name, value];
      if (value > end) throw new Error(`${name} is ${value - end} bytes past the end`);
      return [name, value - packet];
    }),
  );
}

/** Some packets of a plain pcap capture. */
function packetsOf({ bytes }: CaptureSample): Uint8Array[] {
  const layout = layoutOf(bytes);
  if (layout?.format !== "pcap") return [];
  const linkType = new DataView(bytes.buffer, bytes.byteOffset).getUint32(20, layout.isLittleEndian);
  const packets = layout.parts.flatMap(({ packet }) => (packet === null ? [] : [packet]));
  return packets
    .slice(0, PACKETS_OF_EACH)
    .map(({ start, end }) =>
      concatBytes([(linkType >> 8) & 0xff, linkType & 0xff, 0], bytes.subarray(start, end)),
    );
}
