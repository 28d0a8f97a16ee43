import { CaptureWriter } from "./capture-writer.ts";
import {
  countControlPackets,
  type FlowPlan,
  finPackets,
  HANDSHAKE_PACKETS,
  planFlows,
  shuffleTrains,
} from "./flow-plan.ts";
import { FrameWriter, headersLength, smallestFrame, TCP_FLAGS } from "./frame-writer.ts";
import { PAYLOAD, PAYLOAD_VARIANTS, PayloadShelf, payloadKind } from "./payloads.ts";
import type { PortList } from "./port-list.ts";
import type { CaptureProfile } from "./profiles.ts";
import { Random } from "./random.ts";

/** The content of a capture, for checking a program's counts. */
export interface CaptureTotals {
  readonly packets: number;
  /** Original lengths of all frames, without FCS. */
  readonly bytes: number;
  /** Bidirectional five-tuples. */
  readonly flows: number;
}

const LONGEST_FRAME = 1518;
const MEDIUM_FRAME = 590;
const LARGEST_FRAME = 1514;
/** Share of data packets that the client of a TCP flow sends; half of them for UDP. */
const CLIENT_DATA_SHARE = 0.35;

/** Writes the capture of a profile; the file appears at `path` only when it is complete. */
export function writeCapture(path: string, profile: CaptureProfile, ports: PortList): CaptureTotals {
  const writer = new CaptureWriter(path, LONGEST_FRAME);
  try {
    const totals = writeRecords(writer, profile, ports);
    writer.finish();
    return totals;
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

function writeRecords(writer: CaptureWriter, profile: CaptureProfile, ports: PortList): CaptureTotals {
  const random = new Random(profile.seed);
  const plan = planFlows(profile, ports, random);
  const trains = shuffleTrains(plan, profile, random);
  const sizes = new FrameSizes(profile, plan);
  const frames = new FrameWriter(plan);
  const shelf = new PayloadShelf();
  const sent = new Uint32Array(plan.count);
  const meanGapMicros = (profile.durationSeconds * 1e6) / profile.packets;
  let micros = 0;
  let bytes = 0;
  const none = shelf.get(PAYLOAD.opaque, 0, 0);
  for (let train = 0; train < trains.count; train++) {
    const flow = trains.flow[train];
    const isUdp = plan.isUdp[flow] === 1;
    const shortest = smallestFrame(plan, flow);
    const headers = headersLength(plan, flow);
    const tag = plan.vlanId[flow] === 0 ? 0 : 4;
    const firstFin = plan.packets[flow] - finPackets(plan, flow);
    for (let left = trains.length[train]; left > 0; left--) {
      const position = sent[flow]++;
      let payload = none;
      let fromClient: boolean;
      let flags: number = TCP_FLAGS.data;
      if (!isUdp && position < HANDSHAKE_PACKETS) {
        fromClient = position !== 1;
        flags = position === 0 ? TCP_FLAGS.syn : position === 1 ? TCP_FLAGS.synAck : TCP_FLAGS.ack;
      } else if (!isUdp && position >= firstFin) {
        fromClient = position === firstFin;
        flags = TCP_FLAGS.fin;
      } else {
        const opening = position === (isUdp ? 0 : HANDSHAKE_PACKETS);
        fromClient = opening || (position !== 1 && random.fraction() < (isUdp ? 0.5 : CLIENT_DATA_SHARE));
        const kind = payloadKind(isUdp, plan.servicePort[flow], opening);
        const length = Math.max(sizes.draw(random) + tag, shortest) - headers;
        payload = shelf.get(kind, flow % PAYLOAD_VARIANTS, length);
      }
      const length = frames.write(writer.block, writer.next(), flow, fromClient, flags, payload);
      micros += 2 * meanGapMicros * random.fraction();
      writer.add(micros, length);
      bytes += length;
    }
  }
  return { packets: profile.packets, bytes, flows: plan.count };
}

/** Draws the lengths of data frames so that, together with the packets without data, they give the profile's mix. */
class FrameSizes {
  readonly #smallest: number;
  readonly #upToMedium: number;

  constructor(profile: CaptureProfile, plan: FlowPlan) {
    const control = countControlPackets(plan);
    const data = profile.packets - control;
    const { smallest, medium, largest } = profile.mix;
    this.#smallest = largest + medium === 0 ? 1 : Math.max(0, (smallest * profile.packets - control) / data);
    this.#upToMedium =
      largest + medium === 0 ? 1 : this.#smallest + (1 - this.#smallest) * (medium / (medium + largest));
  }

  /** The length of an untagged frame; 0 stands for the smallest that the flow's headers allow. */
  draw(random: Random): number {
    const share = random.fraction();
    return share < this.#smallest ? 0 : share < this.#upToMedium ? MEDIUM_FRAME : LARGEST_FRAME;
  }
}
