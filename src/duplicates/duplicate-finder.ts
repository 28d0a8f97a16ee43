/**
 * Decides for each packet whether it has been seen before, at another point, at the same one, or on the other side of a
 * NAT.
 */
import { createHash } from "node:crypto";
import { isTunnelInterface } from "../net/interface-names.ts";
import { NANOSECONDS, NO_TIME } from "../net/moment.ts";
import { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { decodePacket } from "../packets/decode/packet-decoder.ts";
import type { CaptureInterface, PacketBlock } from "../packets/packet-block.ts";
import { CapturePoints } from "./capture-points.ts";
import { Fingerprint, IPV4_SOURCE_OFFSET, IPV6_SOURCE_OFFSET } from "./fingerprint.ts";
import { Sighting, Sightings } from "./sightings.ts";
import { Translations } from "./translations.ts";
import { VpnCarriers } from "./vpn-carriers.ts";

/** Fraction of packets seen twice at one point from which on a mirror port is assumed to show everything twice. */
const MIRROR_SHARE = 1 / 8;

/** Takes some megabytes; one per session. */
export class DuplicateFinder {
  /** Packets examined, and the duplicates among them. */
  examined = 0;
  packets = 0;
  /** Bytes of the duplicates on the wire. */
  bytes = 0;
  /** Duplicates with other addresses. */
  acrossNat = 0;
  /** Duplicates at the same point. */
  #repeatsHere = 0;
  readonly #packet: DecodedPacket;
  /**
   * Derived from the first packet, whose bytes and time nobody can predict: the same packets have the same duplicates
   * in every run.
   */
  readonly #key = new Int32Array(2);
  readonly #fingerprint = new Fingerprint(this.#key);
  readonly #points = new CapturePoints();
  readonly #sightings = new Sightings();
  /** Null if duplicates are not left out: then the second sighting is the duplicate. */
  readonly #translations: Translations | null;
  readonly #carriers = new VpnCarriers(this.#key);
  /** Whether packets of a tunnel interface were seen: their carriers may be captured too. */
  #hasTunnel = false;
  readonly #areTunnels = new WeakMap<CaptureInterface, boolean>();
  #firstSecond = -1;

  /**
   * @param entersTunnels Whether packets are compared from their innermost IP header on.
   * @param omitsDuplicates Whether duplicates are not counted: of a flow through a NAT, one side must remain.
   */
  constructor(entersTunnels: boolean, omitsDuplicates: boolean) {
    this.#packet = new DecodedPacket(entersTunnels);
    this.#translations = omitsDuplicates ? new Translations(this.#key) : null;
  }

  /** Whether row `i` of a block (borrowed for the call) of `source` is a duplicate; call it once for each row. */
  isDuplicate(block: PacketBlock, i: number, source: object): boolean {
    const { bytes, interfaces, offsets, capturedLengths, originalLengths, interfaceIds } = block;
    this.examined += 1;
    if (block.nanoseconds[i] === NO_TIME) return false;
    const described = interfaces[interfaceIds[i]];
    const { linkType, fcsLength } = described;
    const length = originalLengths[i];
    decodePacket(linkType, bytes, offsets[i], capturedLengths[i], length, fcsLength, this.#packet);
    if (this.#firstSecond < 0) this.#begin(block, i);
    this.#fingerprint.read(bytes, this.#packet, linkType, offsets[i], length);
    const time = this.#timeOf(block.seconds[i], block.nanoseconds[i]);
    if (this.#isCarrier(described, length - (startOfIp(this.#packet) - offsets[i]), time)) {
      this.#add(length);
      return true;
    }
    const kind = this.#classify(time, this.#points.pointOf(block, i, source));
    if (kind === Sighting.FIRST) return false;
    this.#add(length);
    if (kind === Sighting.TRANSLATED) this.acrossNat += 1;
    return true;
  }

  #add(length: number): void {
    this.packets += 1;
    this.bytes += length;
  }

  /** Whether the packet carries one that a tunnel interface shows too. */
  #isCarrier(described: CaptureInterface, length: number, time: number): boolean {
    let isTunnel = this.#areTunnels.get(described);
    if (isTunnel === undefined) {
      isTunnel = described.name !== null && isTunnelInterface(described.name);
      this.#areTunnels.set(described, isTunnel);
    }
    this.#hasTunnel ||= isTunnel;
    if (!isTunnel)
      return this.#hasTunnel && this.#carriers.carries(this.#fingerprint, this.#packet, time, length);
    if (this.#packet.ipVersion !== 0) this.#carriers.addInner(time, length);
    return false;
  }

  #classify(time: number, point: number): number {
    const sightings = this.#sightings;
    const fingerprint = this.#fingerprint;
    const translations = this.#translations;
    if (fingerprint.isInterchangeable && this.#repeatsHere < this.examined * MIRROR_SHARE)
      fingerprint.mayRepeat = false;
    const slot = sightings.find(fingerprint, time, point);
    if (slot < 0) {
      const added = sightings.add(fingerprint, time, point);
      if (!fingerprint.isTranslatable || translations?.omits(fingerprint) !== true) return Sighting.FIRST;
      if (added >= 0) sightings.setOmitted(added, true);
      return Sighting.TRANSLATED;
    }
    if (sightings.wasSeenHere) this.#repeatsHere += 1;
    if (sightings.kind === Sighting.TRANSLATED && translations !== null) {
      if (!sightings.isOmitted(slot)) {
        translations.learn(fingerprint, sightings.flowOf(slot));
      } else if (!translations.has(fingerprint)) {
        translations.confirm(sightings.flowOf(slot));
        sightings.setOmitted(slot, false);
        return Sighting.FIRST;
      }
    }
    return sightings.kind;
  }

  #begin({ bytes, offsets, capturedLengths, seconds, nanoseconds }: PacketBlock, i: number): void {
    this.#firstSecond = seconds[i];
    const digest = createHash("sha256")
      .update(`${seconds[i]}.${nanoseconds[i]} `)
      .update(bytes.subarray(offsets[i], offsets[i] + capturedLengths[i]))
      .digest();
    this.#key[0] = digest.readInt32LE(0);
    this.#key[1] = digest.readInt32LE(4);
  }

  /** Nanoseconds since the first packet's second: exact for a hundred days. */
  #timeOf(seconds: number, nanoseconds: number): number {
    return (seconds - this.#firstSecond) * NANOSECONDS + nanoseconds;
  }
}

/** Returns the offset of the IP header of a packet (borrowed) that has one. */
function startOfIp({ ipVersion, sourceOffset }: DecodedPacket): number {
  return sourceOffset - (ipVersion === 4 ? IPV4_SOURCE_OFFSET : IPV6_SOURCE_OFFSET);
}
