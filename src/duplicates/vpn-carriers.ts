/**
 * Packets that carry those of a tunnel in encrypted form (a VPN's): the tunnel's interface shows a packet, and at once another
 * interface shows a longer one. Which flow carries a tunnel is learned from what is sent: then the inner packet comes first.
 */
import { IpProtocol } from "../net/ip-protocols.ts";
import { NANOSECONDS } from "../net/moment.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { FlowHash, isInOrder } from "./flow-hash.ts";
import type { HashKey } from "./keyed-hash.ts";

/** The inner packet came no longer before. */
const AT_ONCE = NANOSECONDS / 100;
/** Inner packets that wait for theirs at most. */
const RING = 256;
/**
 * Bytes by which it is longer: from an IPv4 header, one of UDP and the least that a VPN adds, up to IPv6, UDP, ESP (RFC 4303) or
 * WireGuard with their padding.
 */
const LEAST_OVERHEAD = 36;
const MOST_OVERHEAD = 128;
const SHORTEST_IP = 20;
/** ESP in UDP (RFC 3948; IKE at 500 carries nothing), OpenVPN, L2TP, WireGuard. */
const VPN_PORTS: readonly number[] = [4500, 1194, 1701, 51_820];
/** Packets of a flow on any other port that have to fit, of which no more than one in eight may not. */
const ENOUGH = 8;
const MAX_FLOWS = 4096;

/** Packets of one direction of a flow that came at once after an inner one that fits, and others. */
interface Fits {
  fitting: number;
  others: number;
}

interface Carrier {
  readonly directions: readonly [Fits, Fits];
  /** The least number of bytes around an inner packet. */
  overhead: number;
  isKnown: boolean;
}

export class VpnCarriers {
  readonly #times = new Float64Array(RING);
  /** 0: there is none, or what carries it has been seen. */
  readonly #lengths = new Int32Array(RING);
  #next = 0;
  readonly #flows = new Map<number, Carrier>();
  readonly #hash: FlowHash;

  /** `key` is kept, not copied. */
  constructor(key: HashKey) {
    this.#hash = new FlowHash(key);
  }

  /** A packet on a tunnel's interface, at `time` (nanoseconds), of `length` bytes from its IP header on. */
  addInner(time: number, length: number): void {
    this.#times[this.#next] = time;
    this.#lengths[this.#next] = length;
    this.#next = (this.#next + 1) % RING;
  }

  /**
   * Whether a packet on another interface carries one of a tunnel. `packet`, and its fingerprint `print`, are borrowed for the
   * call.
   *
   * @param length bytes from its IP header on
   */
  carries(print: Fingerprint, packet: DecodedPacket, time: number, length: number): boolean {
    const isUdp = packet.weird === 0 && packet.protocol === IpProtocol.UDP;
    if (packet.ipVersion === 0 || (!isUdp && packet.protocol !== IpProtocol.ESP)) return false;
    const carrier = this.#carrierOf(this.#hash.of(print));
    if (carrier === null) return false;
    const around = this.#takeInner(time, length);
    const fits = carrier.directions[isInOrder(print) ? 0 : 1];
    if (around < 0) {
      fits.others += 1;
      // What comes back is seen before its inner packet.
      return carrier.isKnown && length - carrier.overhead >= SHORTEST_IP;
    }
    fits.fitting += 1;
    carrier.overhead = Math.min(carrier.overhead, around);
    const { ports } = print;
    const isVpns = !isUdp || VPN_PORTS.includes(ports >>> 16) || VPN_PORTS.includes(ports & 0xffff);
    carrier.isKnown ||= isVpns || (fits.fitting >= ENOUGH && fits.others * ENOUGH <= fits.fitting);
    return carrier.isKnown;
  }

  /** Takes an inner packet that fits, the last one first; how many bytes are around it, or -1: there is none. */
  #takeInner(time: number, length: number): number {
    for (let back = 1; back <= RING; back++) {
      const i = (this.#next + RING - back) % RING;
      if (this.#lengths[i] === 0 || time < this.#times[i]) continue;
      if (time - this.#times[i] > AT_ONCE) return -1;
      const around = length - this.#lengths[i];
      if (around < LEAST_OVERHEAD || around > MOST_OVERHEAD) continue;
      this.#lengths[i] = 0;
      return around;
    }
    return -1;
  }

  #carrierOf(key: number): Carrier | null {
    const known = this.#flows.get(key);
    if (known !== undefined || this.#flows.size >= MAX_FLOWS) return known ?? null;
    const noFits = () => ({ fitting: 0, others: 0 });
    const carrier: Carrier = { directions: [noFits(), noFits()], overhead: MOST_OVERHEAD, isKnown: false };
    this.#flows.set(key, carrier);
    return carrier;
  }
}
