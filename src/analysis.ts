/**
 * From packets to a summary: decode -> flows -> attribution -> totals. Knows all layers. Every record of a capture is
 * counted here exactly once.
 */
import type { PacketBlock } from "./capture/packet-block.ts";
import type { PacketSource } from "./capture/packet-source.ts";
import { DecodedPacket, FragmentKind } from "./decode/decoded-packet.ts";
import { decodePacket } from "./decode/packet-decoder.ts";
import { WEIRD_CODES, Weird } from "./decode/weirds.ts";
import { InputError } from "./errors.ts";
import type { PacketFilter } from "./filter/packet-filter.ts";
import { FlowHash } from "./flows/flow-hash.ts";
import { FlowTable, MAX_MAX_FLOWS } from "./flows/flow-table.ts";
import type { FlowView } from "./flows/flow-view.ts";
import { FragmentTable } from "./flows/fragment-table.ts";
import { orientFlow } from "./flows/orientation.ts";
import { PacketBatch } from "./flows/packet-batch.ts";
import { linkTypeName } from "./net/link-types.ts";
import { type Moment, NO_TIME } from "./net/moment.ts";
import type { ServiceTable, TransportIndex } from "./services/service-table.ts";
import { buildSummary } from "./summary/build-summary.ts";
import { HostTotals } from "./summary/host-totals.ts";
import { SourceTotals, summarizeCapture } from "./summary/source-totals.ts";
import type { Summary } from "./summary/summary.ts";
import { TrafficTotals } from "./summary/traffic-totals.ts";

export interface AnalysisOptions {
  readonly services: ServiceTable;
  /** Seconds without a packet that end a flow; 0: none does. */
  readonly idleTimeoutSeconds: number;
  /** Flows that may be live at once. */
  readonly maxFlows: number;
  /** Only packets from this moment on; packets without a time count as outside. */
  readonly from: Moment | null;
  /** Only packets before this moment. */
  readonly to: Moment | null;
  /** Only packets that it matches. */
  readonly filter: PacketFilter | null;
  /** Whether to add traffic up per device. */
  readonly withHosts: boolean;
  /** Receives every flow when it has ended; `flow` is borrowed for the call. */
  readonly onFlow: ((flow: FlowView, oriented: number, timeDigits: number) => void) | null;
}

/** Counts the packets of one source after the other; one object for one summary. */
export class Analysis {
  readonly #options: AnalysisOptions;
  readonly #packet = new DecodedPacket();
  readonly #hash = new FlowHash();
  readonly #batch = new PacketBatch(this.#hash);
  readonly #flows: FlowTable;
  #fragments: FragmentTable | null = null;
  readonly #totals: TrafficTotals;
  readonly #hosts: HostTotals | null;
  readonly #packetsByWeird = new Float64Array(WEIRD_CODES);
  readonly #bytesByWeird = new Float64Array(WEIRD_CODES);
  readonly #sources: SourceTotals[] = [];
  #timeDigits = 0;

  /** Throws `InputError` for numbers that cannot be used. */
  constructor(options: AnalysisOptions) {
    checkLimits(options);
    this.#options = options;
    const { services } = options;
    this.#totals = new TrafficTotals(
      services.products.flatMap(({ retiredAtSeconds }) =>
        retiredAtSeconds === null ? [] : [retiredAtSeconds],
      ),
    );
    this.#hosts = options.withHosts ? new HostTotals(options.maxFlows) : null;
    const specificity = (transport: number, port: number) =>
      services.specificity(transport as TransportIndex, port);
    this.#flows = new FlowTable(options, this.#hash, (flow) => {
      const oriented = orientFlow(flow, specificity);
      this.#totals.add(flow, oriented);
      this.#hosts?.add(flow, oriented);
      this.#options.onFlow?.(flow, oriented, this.#timeDigits);
    });
  }

  /** Records counted so far, those that were filtered out included. */
  records = 0;

  /** Reads a source to its end; what stops it before is noted, not thrown. `onBlock` is called now and then. */
  async read(source: PacketSource, onBlock?: () => void): Promise<void> {
    const totals = new SourceTotals(source.name, source.format);
    this.#sources.push(totals);
    for await (const block of source.blocks()) {
      for (const { timeDigits } of block.interfaces)
        if (timeDigits > this.#timeDigits) this.#timeDigits = timeDigits;
      this.#countBlock(block, totals);
      this.records += block.count;
      onBlock?.();
    }
    const interfaces = source.interfaces.map(({ name, linkType, packets, dropped }, id) => ({
      name,
      linkType: linkTypeName(linkType),
      packets,
      unsupported: totals.unsupported(id),
      dropped,
    }));
    totals.finish(interfaces, source.error);
  }

  /** Notes a source that could not be opened. */
  fail(name: string, error: InputError): void {
    const totals = new SourceTotals(name, null);
    totals.finish([], error);
    this.#sources.push(totals);
  }

  /** Ends all flows and derives the summary. The analysis is over then. */
  finish(): Summary {
    this.#flows.add(this.#batch);
    this.#flows.finish();
    return buildSummary(
      {
        capture: summarizeCapture(this.#sources, this.#timeDigits),
        packetsByWeird: this.#packetsByWeird,
        bytesByWeird: this.#bytesByWeird,
        totals: this.#totals,
        evictedFlows: this.#flows.evicted,
        hosts: this.#hosts?.summaries() ?? null,
        timeDigits: this.#timeDigits,
      },
      this.#options.services,
    );
  }

  #countBlock(block: PacketBlock, totals: SourceTotals): void {
    const { bytes, interfaces, offsets, capturedLengths, originalLengths, interfaceIds } = block;
    const { filter } = this.#options;
    const hasWindow = this.#options.from !== null || this.#options.to !== null;
    const packet = this.#packet;
    const batch = this.#batch;
    let decodedPackets = 0;
    let decodedBytes = 0;
    let interfaceId = -1;
    let linkType = 0;
    let fcsLength = 0;
    for (let i = 0; i < block.count; i++) {
      if (interfaceIds[i] !== interfaceId) {
        interfaceId = interfaceIds[i];
        ({ linkType, fcsLength } = interfaces[interfaceId]);
      }
      const length = originalLengths[i];
      const seconds = block.seconds[i];
      const nanoseconds = block.nanoseconds[i];
      if (hasWindow && !this.#isInWindow(seconds, nanoseconds)) continue;
      const weird = decodePacket(linkType, bytes, offsets[i], capturedLengths[i], length, fcsLength, packet);
      if (filter !== null && !filter(bytes, packet, length)) continue;
      totals.add(length, seconds, nanoseconds);
      if (weird === 0 && packet.fragment === FragmentKind.NONE) {
        decodedPackets += 1;
        decodedBytes += length;
        batch.append(bytes, packet, length, seconds, nanoseconds);
        if (batch.isFull) this.#flows.add(batch);
      } else if (packet.fragment === FragmentKind.NONE) {
        this.#packetsByWeird[weird] += 1;
        this.#bytesByWeird[weird] += length;
        if (weird === Weird.UNSUPPORTED_LINK_TYPE) totals.addUnsupported(interfaceId);
      } else this.#countFragment(bytes, weird, length, seconds, nanoseconds);
    }
    this.#packetsByWeird[0] += decodedPackets;
    this.#bytesByWeird[0] += decodedBytes;
  }

  /** A fragment: the first one has the ports, later ones are looked up, or wait to be. */
  #countFragment(
    bytes: Uint8Array,
    weird: number,
    length: number,
    seconds: number,
    nanoseconds: number,
  ): void {
    this.#fragments ??= new FragmentTable();
    const packet = this.#packet;
    let counted = weird;
    if (weird === 0) {
      this.#batch.append(bytes, packet, length, seconds, nanoseconds);
      const entry = this.#fragments.addFirst(bytes, packet, this.#batch, seconds);
      this.#addFullBatch();
      if (entry >= 0) this.#addWaiting(this.#fragments, entry);
    } else if (weird === Weird.FRAGMENT_WITHOUT_FIRST) {
      if (this.#fragments.addLater(bytes, packet, this.#batch, length, seconds, nanoseconds)) counted = 0;
      this.#addFullBatch();
    }
    this.#packetsByWeird[counted] += 1;
    this.#bytesByWeird[counted] += length;
  }

  /** Fragments that came before their first one have been counted without it: they move over to its flow. */
  #addWaiting(fragments: FragmentTable, entry: number): void {
    for (;;) {
      const length = fragments.takeWaiting(entry, this.#batch);
      if (length < 0) return;
      this.#addFullBatch();
      this.#packetsByWeird[Weird.FRAGMENT_WITHOUT_FIRST] -= 1;
      this.#bytesByWeird[Weird.FRAGMENT_WITHOUT_FIRST] -= length;
      this.#packetsByWeird[0] += 1;
      this.#bytesByWeird[0] += length;
    }
  }

  #addFullBatch(): void {
    if (this.#batch.isFull) this.#flows.add(this.#batch);
  }

  #isInWindow(seconds: number, nanoseconds: number): boolean {
    if (nanoseconds === NO_TIME) return false;
    const { from, to } = this.#options;
    if (from !== null && (seconds - from.seconds || nanoseconds - from.nanoseconds) < 0) return false;
    return to === null || (seconds - to.seconds || nanoseconds - to.nanoseconds) < 0;
  }
}

/** Refuses limits with which the flow table would lose packets or never end. */
function checkLimits({ maxFlows, idleTimeoutSeconds }: AnalysisOptions): void {
  if (!Number.isInteger(maxFlows) || maxFlows < 1 || maxFlows > MAX_MAX_FLOWS) {
    const message = `maxFlows must be a whole number from 1 to ${MAX_MAX_FLOWS}, not ${maxFlows}`;
    throw new InputError("bad_argument", message);
  }
  if (!Number.isFinite(idleTimeoutSeconds) || idleTimeoutSeconds < 0) {
    const message = `idleTimeoutSeconds must be a number from 0 on, not ${idleTimeoutSeconds}`;
    throw new InputError("bad_argument", message);
  }
}
