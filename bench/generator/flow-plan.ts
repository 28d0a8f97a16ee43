import { drawServicePort, FIRST_CLIENT_PORT, type PortList } from "./port-list.ts";
import type { CaptureProfile } from "./profiles.ts";
import type { Random } from "./random.ts";

/** Clients of the simulated network; with 16,384 client ports each, five-tuples stay unique up to 67 M flows. */
const CLIENT_HOSTS = 4096;
const CLIENT_PORTS = 65536 - FIRST_CLIENT_PORT;
const SERVICE_HOSTS = 20_000;

/** A SYN, a SYN+ACK and an ACK open every TCP flow. */
export const HANDSHAKE_PACKETS = 3;
/** A TCP flow of at least this many packets ends with a FIN from both sides. */
const SHORTEST_CLOSED_FLOW = 5;
/** Skew of flow lengths: the exponent of a Pareto distribution, and its maximum. */
const PARETO_EXPONENT = 1.3;
const PARETO_CUT = 20_000;

/** Every flow of a capture, one column per property. */
export interface FlowPlan {
  readonly count: number;
  readonly isUdp: Uint8Array;
  readonly isIpv6: Uint8Array;
  readonly isListed: Uint8Array;
  /** 0 for an untagged flow. */
  readonly vlanId: Uint16Array;
  readonly clientHost: Uint16Array;
  readonly serviceHost: Uint16Array;
  readonly clientPort: Uint16Array;
  readonly servicePort: Uint16Array;
  /** Total number of packets. */
  readonly packets: Uint32Array;
}

/** Draws the flows of a profile and distributes its packets over them. */
export function planFlows(profile: CaptureProfile, ports: PortList, random: Random): FlowPlan {
  const count = profile.flows;
  const plan: FlowPlan = {
    count,
    isUdp: new Uint8Array(count),
    isIpv6: new Uint8Array(count),
    isListed: new Uint8Array(count),
    vlanId: new Uint16Array(count),
    clientHost: new Uint16Array(count),
    serviceHost: new Uint16Array(count),
    clientPort: new Uint16Array(count),
    servicePort: new Uint16Array(count),
    packets: new Uint32Array(count),
  };
  for (let flow = 0; flow < count; flow++) {
    const udp = random.fraction() < profile.udpShare;
    const inList = random.fraction() < profile.listedShare;
    plan.isUdp[flow] = udp ? 1 : 0;
    plan.isIpv6[flow] = random.fraction() < profile.ipv6Share ? 1 : 0;
    plan.isListed[flow] = inList ? 1 : 0;
    plan.vlanId[flow] = random.fraction() < profile.vlanShare ? 10 + random.below(40) : 0;
    plan.servicePort[flow] = drawServicePort(udp ? ports.udp : ports.tcp, inList, random);
    plan.serviceHost[flow] = random.below(SERVICE_HOSTS);
    const host = flow % CLIENT_HOSTS;
    const round = Math.floor(flow / CLIENT_HOSTS);
    plan.clientHost[flow] = host;
    // An odd factor cycles through all client ports of a host before one repeats.
    plan.clientPort[flow] = FIRST_CLIENT_PORT + ((round * 12_345 + host * 7_919) % CLIENT_PORTS);
  }
  dealPackets(plan, profile.packets, random);
  return plan;
}

function dealPackets(plan: FlowPlan, packets: number, random: Random): void {
  const closed = packets / plan.count >= 2 * SHORTEST_CLOSED_FLOW;
  const shortestTcp = closed ? SHORTEST_CLOSED_FLOW : HANDSHAKE_PACKETS;
  const weights = new Float64Array(plan.count);
  let weightSum = 0;
  let left = packets;
  for (let flow = 0; flow < plan.count; flow++) {
    weights[flow] = Math.min((1 - random.fraction()) ** (-1 / PARETO_EXPONENT), PARETO_CUT);
    weightSum += weights[flow];
    plan.packets[flow] = plan.isUdp[flow] === 1 ? 1 : shortestTcp;
    left -= plan.packets[flow];
  }
  if (left < 0) throw new Error(`${packets} packets are too few for ${plan.count} flows`);
  const perWeight = left / weightSum;
  for (let flow = 0; flow < plan.count; flow++) {
    const more = Math.floor(weights[flow] * perWeight);
    plan.packets[flow] += more;
    left -= more;
  }
  for (; left > 0; left--) plan.packets[random.below(plan.count)]++;
}

/** Returns the number of FIN packets at the end of a flow. */
export function finPackets(plan: FlowPlan, flow: number): number {
  return plan.isUdp[flow] === 0 && plan.packets[flow] >= SHORTEST_CLOSED_FLOW ? 2 : 0;
}

/** Returns the number of packets without data, which have the smallest frame. */
export function countControlPackets(plan: FlowPlan): number {
  let control = 0;
  for (let flow = 0; flow < plan.count; flow++) {
    if (plan.isUdp[flow] === 0) control += HANDSHAKE_PACKETS + finPackets(plan, flow);
  }
  return control;
}

/** The order of a capture: `flow[i]` sends its next `length[i]` consecutive packets, for i below `count`. */
export interface TrainOrder {
  readonly count: number;
  readonly flow: Uint32Array;
  readonly length: Uint8Array;
}

/** Splits every flow into trains of geometric length and shuffles them all, so that all flows are live at once. */
export function shuffleTrains(plan: FlowPlan, profile: CaptureProfile, random: Random): TrainOrder {
  const flows = new Uint32Array(profile.packets);
  const lengths = new Uint8Array(profile.packets);
  const goOn = 1 - 1 / profile.meanTrainPackets;
  let count = 0;
  for (let flow = 0; flow < plan.count; flow++) {
    for (let left = plan.packets[flow]; left > 0; ) {
      let length = 1;
      while (length < left && length < 255 && random.fraction() < goOn) length++;
      flows[count] = flow;
      lengths[count++] = length;
      left -= length;
    }
  }
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const flow = flows[i];
    const length = lengths[i];
    flows[i] = flows[j];
    lengths[i] = lengths[j];
    flows[j] = flow;
    lengths[j] = length;
  }
  return { count, flow: flows, length: lengths };
}
