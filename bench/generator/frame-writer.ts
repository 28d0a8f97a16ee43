/**
 * Writes Ethernet II frames of planned flows: optional 802.1Q tag, IPv4 or IPv6, TCP or UDP, with valid IPv4, TCP and UDP
 * checksums. Sums are kept as plain numbers and folded once (RFC 1071).
 */
import { put16, put32 } from "./byte-order.ts";
import type { FlowPlan } from "./flow-plan.ts";
import type { Payload } from "./payloads.ts";

/** TCP flags of the generated packets. */
export const TCP_FLAGS = { syn: 0x02, synAck: 0x12, ack: 0x10, data: 0x18, fin: 0x11 } as const;

/** The smallest Ethernet frame, without the FCS, which captures lack. A VLAN tag adds to it. */
const SMALLEST_FRAME = 60;

/** First 64 bits of the addresses: 2001:db8:0:1 for clients, 2620:149:: (Apple) and 2001:db8:ffff:: for services. */
const CLIENT_PREFIX = [0x2001, 0x0db8, 0, 1];
const LISTED_PREFIX = [0x2620, 0x0149, 0, 2];
const UNLISTED_PREFIX = [0x2001, 0x0db8, 0xffff, 3];

/** Total header length of a flow's frames. */
export function headersLength(plan: FlowPlan, flow: number): number {
  return (
    14 +
    (plan.vlanId[flow] === 0 ? 0 : 4) +
    (plan.isIpv6[flow] === 1 ? 40 : 20) +
    (plan.isUdp[flow] === 1 ? 8 : 20)
  );
}

/** The smallest frame length that a flow can send. */
export function smallestFrame(plan: FlowPlan, flow: number): number {
  return Math.max(SMALLEST_FRAME + (plan.vlanId[flow] === 0 ? 0 : 4), headersLength(plan, flow));
}

/** Writes the frames of a plan, with TCP's state: the next sequence number of each side. */
export class FrameWriter {
  readonly #plan: FlowPlan;
  readonly #clientSequence: Uint32Array;
  readonly #serviceSequence: Uint32Array;
  readonly #ipv4Id: Uint16Array;

  /** @param plan is kept, not copied */
  constructor(plan: FlowPlan) {
    this.#plan = plan;
    this.#clientSequence = new Uint32Array(plan.count);
    this.#serviceSequence = new Uint32Array(plan.count);
    this.#ipv4Id = new Uint16Array(plan.count);
    for (let flow = 0; flow < plan.count; flow++) {
      this.#clientSequence[flow] = Math.imul(flow, 0x9e3779b1);
      this.#serviceSequence[flow] = Math.imul(flow, 0x85ebca6b) + 1;
      this.#ipv4Id[flow] = flow;
    }
  }

  /**
   * Writes one frame at `at` and returns its length. `flags` are ignored for UDP. Short frames are padded with zeros to the
   * Ethernet minimum.
   */
  write(
    out: Uint8Array,
    at: number,
    flow: number,
    fromClient: boolean,
    flags: number,
    payload: Payload,
  ): number {
    const plan = this.#plan;
    const isUdp = plan.isUdp[flow] === 1;
    const transportLength = (isUdp ? 8 : 20) + payload.bytes.length;
    const vlanId = plan.vlanId[flow];
    const network = writeEthernet(
      out,
      at,
      plan.clientHost[flow],
      fromClient,
      vlanId,
      plan.isIpv6[flow] === 1,
    );
    const transport = network + (plan.isIpv6[flow] === 1 ? 40 : 20);
    const pseudoSum =
      plan.isIpv6[flow] === 1
        ? this.#writeIpv6(out, network, flow, fromClient, transportLength)
        : this.#writeIpv4(out, network, flow, fromClient, transportLength);
    const clientPort = plan.clientPort[flow];
    const servicePort = plan.servicePort[flow];
    put16(out, transport, fromClient ? clientPort : servicePort);
    put16(out, transport + 2, fromClient ? servicePort : clientPort);
    const sum = pseudoSum + transportLength + (isUdp ? 17 : 6) + clientPort + servicePort + payload.wordSum;
    let data: number;
    if (isUdp) {
      data = transport + 8;
      put16(out, transport + 4, transportLength);
      put16(out, transport + 6, foldedChecksum(sum + transportLength) || 0xffff);
    } else {
      data = transport + 20;
      this.#writeTcp(out, transport, flow, fromClient, flags, payload.bytes.length, sum);
    }
    out.set(payload.bytes, data);
    const end = data + payload.bytes.length;
    const smallest = at + SMALLEST_FRAME + (vlanId === 0 ? 0 : 4);
    if (end >= smallest) return end - at;
    out.fill(0, end, smallest);
    return smallest - at;
  }

  #writeTcp(
    out: Uint8Array,
    at: number,
    flow: number,
    fromClient: boolean,
    flags: number,
    dataLength: number,
    sum: number,
  ): void {
    const own = fromClient ? this.#clientSequence : this.#serviceSequence;
    const other = fromClient ? this.#serviceSequence : this.#clientSequence;
    const sequence = own[flow];
    const acknowledged = flags === TCP_FLAGS.syn ? 0 : other[flow];
    own[flow] = sequence + dataLength + ((flags & 3) === 0 ? 0 : 1);
    const lengthAndFlags = 0x5000 | flags;
    put32(out, at + 4, sequence);
    put32(out, at + 8, acknowledged);
    put16(out, at + 12, lengthAndFlags);
    put16(out, at + 14, 0xffff);
    const words = (sequence >>> 16) + (sequence & 0xffff) + (acknowledged >>> 16) + (acknowledged & 0xffff);
    put16(out, at + 16, foldedChecksum(sum + words + lengthAndFlags + 0xffff));
    put16(out, at + 18, 0);
  }

  /** Returns the sum of the words of both addresses, which are part of the transport checksum. */
  #writeIpv4(
    out: Uint8Array,
    at: number,
    flow: number,
    fromClient: boolean,
    transportLength: number,
  ): number {
    const plan = this.#plan;
    const client = 0x0a000100 + plan.clientHost[flow];
    // Apple's 17.0.0.0/8 for listed services, 198.18.0.0/15 (benchmarks, RFC 2544) for the others.
    const serviceHost = plan.serviceHost[flow];
    const service = plan.isListed[flow] === 1 ? 0x11000001 + serviceHost * 701 : 0xc6120001 + serviceHost;
    const length = 20 + transportLength;
    const id = this.#ipv4Id[flow]++;
    const hopsAndProtocol = ((fromClient ? 64 : 52) << 8) | (plan.isUdp[flow] === 1 ? 17 : 6);
    const addressSum = (client >>> 16) + (client & 0xffff) + (service >>> 16) + (service & 0xffff);
    put16(out, at, 0x4500);
    put16(out, at + 2, length);
    put16(out, at + 4, id);
    put16(out, at + 6, 0x4000);
    put16(out, at + 8, hopsAndProtocol);
    put16(out, at + 10, foldedChecksum(0x4500 + length + id + 0x4000 + hopsAndProtocol + addressSum));
    put32(out, at + 12, fromClient ? client : service);
    put32(out, at + 16, fromClient ? service : client);
    return addressSum;
  }

  /** Returns the sum of the words of both addresses, which are part of the transport checksum. */
  #writeIpv6(
    out: Uint8Array,
    at: number,
    flow: number,
    fromClient: boolean,
    transportLength: number,
  ): number {
    const plan = this.#plan;
    put32(out, at, 0x60000000 | (flow & 0xfffff));
    put16(out, at + 4, transportLength);
    out[at + 6] = plan.isUdp[flow] === 1 ? 17 : 6;
    out[at + 7] = fromClient ? 64 : 52;
    const clientAt = fromClient ? at + 8 : at + 24;
    const serviceAt = fromClient ? at + 24 : at + 8;
    const servicePrefix = plan.isListed[flow] === 1 ? LISTED_PREFIX : UNLISTED_PREFIX;
    return (
      writeIpv6Address(out, clientAt, CLIENT_PREFIX, 1 + plan.clientHost[flow]) +
      writeIpv6Address(out, serviceAt, servicePrefix, 1 + plan.serviceHost[flow])
    );
  }
}

/** Writes the link layer and returns the offset of the network layer. */
function writeEthernet(
  out: Uint8Array,
  at: number,
  clientHost: number,
  fromClient: boolean,
  vlanId: number,
  isIpv6: boolean,
): number {
  const clientAt = fromClient ? at + 6 : at;
  const gatewayAt = fromClient ? at : at + 6;
  // Locally administered addresses: 02:00:0a:00:xx:xx is a client, 02:00:5e:00:00:01 the gateway.
  put16(out, clientAt, 0x0200);
  put32(out, clientAt + 2, 0x0a000000 | clientHost);
  put16(out, gatewayAt, 0x0200);
  put32(out, gatewayAt + 2, 0x5e000001);
  let next = at + 12;
  if (vlanId !== 0) {
    put16(out, next, 0x8100);
    put16(out, next + 2, vlanId);
    next += 4;
  }
  put16(out, next, isIpv6 ? 0x86dd : 0x0800);
  return next + 2;
}

function writeIpv6Address(out: Uint8Array, at: number, prefix: readonly number[], host: number): number {
  let sum = host;
  for (let word = 0; word < 4; word++) {
    put16(out, at + 2 * word, prefix[word]);
    sum += prefix[word];
  }
  put32(out, at + 8, 0);
  put32(out, at + 12, host);
  return sum;
}

function foldedChecksum(sum: number): number {
  let folded = (sum & 0xffff) + (sum >>> 16);
  folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}
