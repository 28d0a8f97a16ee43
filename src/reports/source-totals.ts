/** What was read from each source. */
import type { InputError } from "../errors.ts";
import { earlier, later, type Moment, NANOSECONDS, NO_TIME } from "../net/moment.ts";
import { formatRfc3339 } from "../net/rfc3339.ts";
import type {
  CaptureSummary,
  DuplicateSummary,
  InterfaceSummary,
  MoreInterfaces,
  ReadRecords,
  SourceFormat,
  SourceSummary,
} from "./capture-summary.ts";
import type { MoreSourceTotals } from "./more-sources.ts";
import type { FlowRecordSummary } from "./record-summary.ts";
import type { RecordWeirds } from "./record-weirds.ts";
import type { TunnelTotals } from "./tunnel-totals.ts";

/** What a source declares about its interfaces. */
interface SourceInterfaces {
  readonly listed: readonly InterfaceSummary[];
  readonly more: MoreInterfaces | null;
}

/** The columns of a block of records that are added up: rows 0 to `count` - 1. */
interface RecordColumns {
  readonly count: number;
  readonly originalLengths: Uint32Array;
  readonly seconds: Uint32Array;
  readonly nanoseconds: Uint32Array;
}

export class SourceTotals {
  packets = 0;
  bytes = 0;
  readonly #name: string;
  readonly #format: SourceFormat | null;
  #firstSeconds = Number.POSITIVE_INFINITY;
  #firstNanoseconds = 0;
  #lastSeconds = -1;
  #lastNanoseconds = 0;
  readonly #unsupported = new Map<number, number>();
  readonly #ipAlone = new Map<number, number>();
  #interfaces: SourceInterfaces = { listed: [], more: null };
  #error: InputError | null = null;
  #impossibleTimes = 0;
  #implausibleLengths = 0;
  #mergedLate = 0;

  constructor(name: string, format: SourceFormat | null) {
    this.#name = name;
    this.#format = format;
  }

  /** Counts a record: its bytes on the wire and its time, as in `PacketBlock`. */
  add(bytes: number, seconds: number, nanoseconds: number): void {
    this.packets += 1;
    this.bytes += bytes;
    this.#extend(seconds, nanoseconds);
  }

  /** Counts all records of a block. */
  addBlock({ count, originalLengths, seconds, nanoseconds }: RecordColumns): void {
    for (let i = 0; i < count; i++) this.add(originalLengths[i], seconds[i], nanoseconds[i]);
  }

  /** Counts records: their bytes on the wire, and the earliest and latest time (`NO_TIME`: none has one). */
  addRun(packets: number, bytes: number, times: Uint32Array): void {
    this.packets += packets;
    this.bytes += bytes;
    this.#extend(times[0], times[1]);
    this.#extend(times[2], times[3]);
  }

  #extend(seconds: number, nanoseconds: number): void {
    if (nanoseconds === NO_TIME) return;
    if (
      seconds > this.#lastSeconds ||
      (seconds === this.#lastSeconds && nanoseconds > this.#lastNanoseconds)
    ) {
      this.#lastSeconds = seconds;
      this.#lastNanoseconds = nanoseconds;
    }
    if (
      seconds < this.#firstSeconds ||
      (seconds === this.#firstSeconds && nanoseconds < this.#firstNanoseconds)
    ) {
      this.#firstSeconds = seconds;
      this.#firstNanoseconds = nanoseconds;
    }
  }

  /** Counts a packet whose link type cannot be decoded. */
  addUnsupported(interfaceId: number): void {
    this.#unsupported.set(interfaceId, this.unsupported(interfaceId) + 1);
  }

  /** Number of such packets of an interface. */
  unsupported(interfaceId: number): number {
    return this.#unsupported.get(interfaceId) ?? 0;
  }

  /** Counts a packet that is bare IP, without the Ethernet header that the capture declares. */
  addIpAlone(interfaceId: number): void {
    this.#ipAlone.set(interfaceId, this.ipAlone(interfaceId) + 1);
  }

  /** Number of such packets of an interface. */
  ipAlone(interfaceId: number): number {
    return this.#ipAlone.get(interfaceId) ?? 0;
  }

  /** Notes how many records so far, including those that were left out, have an impossible time or an implausible length. */
  noteWeirds(impossibleTimes: number, implausibleLengths: number): void {
    this.#impossibleTimes = impossibleTimes;
    this.#implausibleLengths = implausibleLengths;
  }

  /** Notes records that were counted after later ones of other sources. */
  noteLate(records: number): void {
    this.#mergedLate += records;
  }

  /** Notes the interfaces of a source that is still being read. */
  describe(interfaces: SourceInterfaces): void {
    this.#interfaces = interfaces;
  }

  /** Notes how the source ended. */
  finish(interfaces: SourceInterfaces, error: InputError | null): void {
    this.#interfaces = interfaces;
    this.#error = error;
  }

  get start(): Moment | null {
    if (this.#lastSeconds < 0) return null;
    return { seconds: this.#firstSeconds, nanoseconds: this.#firstNanoseconds };
  }

  get end(): Moment | null {
    if (this.#lastSeconds < 0) return null;
    return { seconds: this.#lastSeconds, nanoseconds: this.#lastNanoseconds };
  }

  toReadRecords(timeDigits: number): ReadRecords {
    return {
      packets: this.packets,
      bytes: this.bytes,
      start: timeText(this.start, timeDigits),
      end: timeText(this.end, timeDigits),
    };
  }

  /** `timeDigits`: digits of the fraction of a second in times. */
  toSummary(timeDigits: number): SourceSummary {
    const error = this.#error;
    const { listed, more } = this.#interfaces;
    return {
      name: this.#name,
      format: this.#format,
      linkTypes: [...new Set([...listed.map(({ linkType }) => linkType), ...(more?.linkTypes ?? [])])],
      packets: this.packets,
      bytes: this.bytes,
      start: timeText(this.start, timeDigits),
      end: timeText(this.end, timeDigits),
      complete: error === null,
      error:
        error === null
          ? null
          : { code: error.code, message: error.message, offset: error.position.offset ?? null },
      interfaces: listed,
      ...(more !== null && { moreInterfaces: more }),
      ...(this.#impossibleTimes + this.#implausibleLengths + this.#mergedLate > 0 && {
        weirds: this.#weirds(),
      }),
    };
  }

  #weirds(): RecordWeirds {
    return {
      ...(this.#impossibleTimes > 0 && { impossible_time: this.#impossibleTimes }),
      ...(this.#implausibleLengths > 0 && { implausible_length: this.#implausibleLengths }),
      ...(this.#mergedLate > 0 && { merged_late: this.#mergedLate }),
    };
  }
}

/** Records that are in no total, or counted twice. */
interface LeftOut {
  /** What was read before packets were left out by time or filter; null if all count. */
  readonly beforeChoice: SourceTotals | null;
  readonly filtered: number;
  readonly outsideTime: number;
  readonly duplicates: DuplicateSummary | null;
  /** null: no flow log was read. */
  readonly flowRecords: FlowRecordSummary | null;
}

const NOTHING: LeftOut = {
  beforeChoice: null,
  filtered: 0,
  outsideTime: 0,
  duplicates: null,
  flowRecords: null,
};

/** Combines the sources and their tunnels into the "capture" of the summary. `more`: sources that are not listed. */
export function summarizeCapture(
  sources: readonly SourceTotals[],
  more: MoreSourceTotals,
  tunnels: TunnelTotals,
  timeDigits: number,
  { beforeChoice, filtered, outsideTime, duplicates, flowRecords }: LeftOut = NOTHING,
): CaptureSummary {
  const moreSources = more.toSummary();
  let { start, end } = more;
  let { packets, bytes } = moreSources ?? { packets: 0, bytes: 0 };
  for (const source of sources) {
    start = earlier(start, source.start);
    end = later(end, source.end);
    packets += source.packets;
    bytes += source.bytes;
  }
  return {
    sources: sources.map((source) => source.toSummary(timeDigits)),
    ...(moreSources !== null && { moreSources }),
    packets,
    bytes,
    start: timeText(start, timeDigits),
    end: timeText(end, timeDigits),
    durationSeconds: start === null || end === null ? 0 : secondsBetween(start, end),
    filtered,
    outsideTime,
    duplicates,
    tunnels: tunnels.toSummary(),
    ...(flowRecords !== null && { flowRecords }),
    ...(beforeChoice !== null && { beforeChoice: beforeChoice.toReadRecords(timeDigits) }),
  };
}

function secondsBetween(start: Moment, end: Moment): number {
  // Goes through text, which is rounded once. Sums and quotients would show digits that nobody measured: from 104 days on, a
  // number of nanoseconds is not exact.
  const borrow = end.nanoseconds < start.nanoseconds ? 1 : 0;
  const nanoseconds = end.nanoseconds - start.nanoseconds + borrow * NANOSECONDS;
  return Number(`${end.seconds - start.seconds - borrow}.${String(nanoseconds).padStart(9, "0")}`);
}

function timeText(moment: Moment | null, timeDigits: number): string | null {
  return moment === null ? null : formatRfc3339(moment.seconds, moment.nanoseconds, timeDigits);
}
