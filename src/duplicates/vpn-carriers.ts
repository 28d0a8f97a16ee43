/**
 * Packets that carry those of a tunnel in encrypted form (a VPN's): the tunnel's interface shows a packet, and
 * immediately afterwards another interface shows a longer one. Carrier flows are learned from sent packets, whose inner
 * packet comes first.
 */
import { IpProtocol } from "../net/ip-protocols.ts";
import { NANOSECONDS } from "../net/moment.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { FlowHash, isInOrder } from "./flow-hash.ts";
import type { HashKey } from "./keyed-hash.ts";

/** Maximum time since the inner packet, in nanoseconds. */
const MAX_DELAY_NANOSECONDS = NANOSECONDS / 100;
/** Maximum inner packets waiting for their carriers. */
const RING = 256;
/**
 * Range of bytes by which a carrier is longer: from an IPv4 header, a UDP one and the least that a VPN adds, up to
 * IPv6, UDP, and ESP (RFC 4303) or WireGuard with padding.
 */
const MIN_OVERHEAD = 36;
const MAX_OVERHEAD = 128;
const MIN_IP_LENGTH = 20;
/** ESP in UDP (RFC 3948; IKE at 500 carries nothing), OpenVPN, L2TP, WireGuard. */
const VPN_PORTS: readonly number[] = [4500, 1194, 1701, 51_820];
/** Packets that must fit in a flow on any other port; at most one in eight may not fit. */
const MIN_FITTING = 8;
const MAX_FLOWS = 4096;

/** Packets of one direction of a flow that followed a fitting inner packet at once, and others. */
interface FitCounts {
  fitting: number;
  others: number;
}

interface Carrier {
  readonly directions: readonly [FitCounts, FitCounts];
  /** Smallest number of bytes around an inner packet. */
  overhead: number;
  isKnown: boolean;
}

export class VpnCarriers {
  readonly #times = new Float64Array(RING);
  /** 0: none, or its carrier has been seen. */
  readonly #lengths = new Int32Array(RING);
  #next = 0;
  readonly #flows = new Map<number, Carrier>();
  readonly #hash: FlowHash;

  /** `key` is kept, not copied. */
  constructor(key: HashKey) {
    this.#hash = new FlowHash(key);
  }

  /** Adds a packet of a tunnel interface, at `time` (nanoseconds), of `length` bytes from its IP header on. */
  addInner(time: number, length: number): void {
    this.#times[this.#next] = time;
    this.#lengths[this.#next] = length;
    this.#next = (this.#next + 1) % RING;
  }

  /**
   * Whether a packet on another interface carries one of a tunnel. `packet` and its fingerprint are borrowed
   * for the call.
   *
   * @param length bytes from its IP header on
   */
  carries(fingerprint: Fingerprint, packet: DecodedPacket, time: number, length: number): boolean {
    const isUdp = packet.weird === 0 && packet.protocol === IpProtocol.UDP;
    if (packet.ipVersion === 0 || (!isUdp && packet.protocol !== IpProtocol.ESP)) return false;
    const carrier = this.#carrierOf(this.#hash.of(fingerprint));
    if (carrier === null) return false;
    const overhead = this.#matchInner(time, length);
    const counts = carrier.directions[isInOrder(fingerprint) ? 0 : 1];
    if (overhead < 0) {
      counts.others += 1;
      // Received packets are seen before their inner packet.
      return carrier.isKnown && length - carrier.overhead >= MIN_IP_LENGTH;
    }
    counts.fitting += 1;
    carrier.overhead = Math.min(carrier.overhead, overhead);
    const { ports } = fingerprint;
    const isVpn = !isUdp || VPN_PORTS.includes(ports >>> 16) || VPN_PORTS.includes(ports & 0xffff);
    carrier.isKnown ||=
      isVpn || (counts.fitting >= MIN_FITTING && counts.others * MIN_FITTING <= counts.fitting);
    return carrier.isKnown;
  }

  /** Removes the most recent inner packet that fits; returns the number of bytes around it, or -1 for none. */
  #matchInner(time: number, length: number): number {
    for (let back = 1; back <= RING; back++) {
      const i = (this.#next + RING - back) % RING;
      if (this.#lengths[i] === 0 || time < this.#times[i]) continue;
      if (time - this.#times[i] > MAX_DELAY_NANOSECONDS) return -1;
      const overhead = length - this.#lengths[i];
      if (overhead < MIN_OVERHEAD || overhead > MAX_OVERHEAD) continue;
      this.#lengths[i] = 0;
      return overhead;
    }
    return -1;
  }

  #carrierOf(key: number): Carrier | null {
    const known = this.#flows.get(key);
    if (known !== undefined || this.#flows.size >= MAX_FLOWS) return known ?? null;
    const newCounts = () => ({ fitting: 0, others: 0 });
    const carrier: Carrier = {
      directions: [newCounts(), newCounts()],
      overhead: MAX_OVERHEAD,
      isKnown: false,
    };
    this.#flows.set(key, carrier);
    return carrier;
  }
}
