/** TCP and UDP headers of built packets. */
import { ByteWriter, concatBytes } from "./byte-writer.ts";
import { internetChecksum, type PacketLayer, type PseudoHeader } from "./packet-layer.ts";

const FLAG_BITS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 };

/** A TCP header (RFC 9293). Omitted fields have typical values. */
export interface TcpFields {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Letters of F, S, R, P, A, U, E, C. */
  readonly flags?: string;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly window?: number;
  /** A multiple of 4 bytes. */
  readonly options?: readonly number[];
  /** In words of 4 bytes. */
  readonly headerWords?: number;
}

export function tcpLayer(fields: TcpFields = {}): PacketLayer {
  const options = fields.options ?? [];
  return {
    ipProtocol: 6,
    encode: (payload, _next, around) => {
      const header = new ByteWriter()
        .uint16(fields.sourcePort ?? 49_200)
        .uint16(fields.destinationPort ?? 443)
        .uint32(fields.sequence ?? 1)
        .uint32(fields.acknowledgment ?? 0)
        .uint8((fields.headerWords ?? 5 + options.length / 4) << 4)
        .uint8([...(fields.flags ?? "A")].reduce((bits, letter) => bits | (FLAG_BITS[letter] ?? 0), 0))
        .uint16(fields.window ?? 0xffff)
        .uint32(0)
        .bytes(options);
      return withChecksum(6, concatBytes(header.toBytes(), payload), 16, around);
    },
  };
}

/** A UDP header (RFC 768). Omitted fields have typical values. */
export interface UdpFields {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly length?: number;
}

export function udpLayer(fields: UdpFields = {}): PacketLayer {
  return {
    ipProtocol: 17,
    encode: (payload, _next, around) => {
      const header = new ByteWriter()
        .uint16(fields.sourcePort ?? 49_200)
        .uint16(fields.destinationPort ?? 443)
        .uint16(fields.length ?? 8 + payload.length)
        .uint16(0);
      return withChecksum(17, concatBytes(header.toBytes(), payload), 6, around);
    },
  };
}

function withChecksum(
  protocol: number,
  segment: Uint8Array,
  offset: number,
  around: PseudoHeader | undefined,
): Uint8Array {
  if (around === undefined) return segment;
  const pseudo = new ByteWriter()
    .bytes(around.source)
    .bytes(around.destination)
    .uint32(segment.length)
    .uint32(protocol)
    .toBytes();
  const checksum = internetChecksum(pseudo, segment);
  segment.set([checksum >> 8, checksum & 0xff], offset);
  return segment;
}
