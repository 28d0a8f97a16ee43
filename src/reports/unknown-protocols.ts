/** Packets that end at an EtherType or an IP protocol without a decoder, by number (docs/contract.md, "Packet classes"). */
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { Weird, weirdName } from "../packets/decode/weirds.ts";

const ETHER_TYPES = 0x1_0000;
const IP_PROTOCOLS = 0x100;
const HEX_DIGITS = 4;

/**
 * Maximum number of EtherTypes that are named, those with most packets: a capture may have 65,536. IP protocols are all
 * named.
 */
export const NAMED_ETHER_TYPES = 100;

export class UnknownProtocols {
  /** Packets by number; null until the first one. */
  #byEtherType: Float64Array | null = null;
  #byIpProtocol: Float64Array | null = null;

  /** Counts packets like the given one (borrowed) if the `weird` that stopped them means an unknown number. */
  count(weird: number, packet: Pick<DecodedPacket, "etherType" | "protocol">, packets = 1): void {
    if (weird === Weird.UNKNOWN_ETHER_TYPE) {
      this.#byEtherType ??= new Float64Array(ETHER_TYPES);
      this.#byEtherType[packet.etherType] += packets;
    } else if (weird === Weird.OTHER_IP_PROTOCOL) {
      this.#byIpProtocol ??= new Float64Array(IP_PROTOCOLS);
      this.#byIpProtocol[packet.protocol] += packets;
    }
  }

  /**
   * Packets by names with numbers: `unknown_ether_type_0x88b5`, `other_ip_protocol_55`. EtherTypes beyond the limit are
   * combined, without a number. The result does not depend on the order of packets.
   */
  toWeirds(): [name: string, packets: number][] {
    const etherTypes = numbersOf(this.#byEtherType).sort((a, b) => b.packets - a.packets);
    const unnamed = etherTypes.slice(NAMED_ETHER_TYPES).reduce((sum, { packets }) => sum + packets, 0);
    const name = weirdName(Weird.UNKNOWN_ETHER_TYPE);
    const protocol = weirdName(Weird.OTHER_IP_PROTOCOL);
    const named = etherTypes.slice(0, NAMED_ETHER_TYPES);
    return [
      ...named.map(({ number, packets }): [string, number] => [`${name}_${hexOf(number)}`, packets]),
      ...(unnamed > 0 ? [[name, unnamed] as [string, number]] : []),
      ...numbersOf(this.#byIpProtocol).map(({ number, packets }): [string, number] => [
        `${protocol}_${number}`,
        packets,
      ]),
    ];
  }
}

/** Ascending by number; only numbers that occurred. */
function numbersOf(byNumber: Float64Array | null): { readonly number: number; readonly packets: number }[] {
  const met: { number: number; packets: number }[] = [];
  for (const [number, packets] of byNumber?.entries() ?? []) if (packets > 0) met.push({ number, packets });
  return met;
}

function hexOf(number: number): string {
  return `0x${number.toString(16).padStart(HEX_DIGITS, "0")}`;
}
