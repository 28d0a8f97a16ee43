/** Everything in a history: its segments, and the rows of sensors that are in no segment yet. */
import type { SensorRow } from "../tables/bucket-table.ts";
import {
  DAY_SECONDS,
  daySegment,
  hourSegment,
  listSegments,
  openFileOf,
  openSensors,
  type Segment,
} from "./history-folder.ts";
import { hourOf, OpenContents } from "./open-buckets.ts";
import { segmentFacts } from "./segment-file.ts";

/** A history at one moment: each row is either in a segment or among the rows. */
export interface HistoryContents {
  readonly segments: readonly Segment[];
  /** Owned by the caller. */
  readonly rows: readonly SensorRow[];
}

/** Selects a part of a history: days that overlap a time span, and one sensor or all. */
export interface ContentsChoice {
  /** Seconds since 1970. */
  readonly from?: number;
  readonly to?: number;
  readonly sensor?: string;
}

/** Reads a history while others may write it. Throws `InputError` for an unreadable folder. */
export async function readContents(
  folder: string,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, sensor: one }: ContentsChoice = {},
): Promise<HistoryContents> {
  const isAsked = (sensor: string) => one === undefined || sensor === one;
  // Read open files first: segments written meanwhile record which batches they contain.
  const open = openSensors(folder)
    .filter(isAsked)
    .map((sensor) => [sensor, new OpenContents(openFileOf(folder, sensor))] as const);
  const segments = listSegments(folder, from, to).filter(({ sensor }) => isAsked(sensor));
  const rows: SensorRow[] = [];
  for (const [sensor, contents] of open) {
    const closed = new ClosedBatches(folder, sensor);
    for (const { batch, rows: ofBatch } of contents.batches()) {
      for (const row of ofBatch) {
        const hour = hourOf(row);
        if (hour === null || hour + DAY_SECONDS <= from || hour >= to) continue;
        if (batch > (await closed.lastOf(hour))) {
          rows.push({ ...row, sensor });
        }
      }
    }
  }
  return { segments, rows };
}

/** Up to which batch the segments of a sensor contain the rows of their hours. */
class ClosedBatches {
  readonly #folder: string;
  readonly #sensor: string;
  readonly #known = new Map<number, Promise<number>>();

  constructor(folder: string, sensor: string) {
    this.#folder = folder;
    this.#sensor = sensor;
  }

  lastOf(hour: number): Promise<number> {
    const known = this.#known.get(hour) ?? this.#read(hour);
    this.#known.set(hour, known);
    return known;
  }

  async #read(hour: number): Promise<number> {
    const day = daySegment(this.#folder, this.#sensor, hour - (hour % DAY_SECONDS));
    const facts =
      (await segmentFacts(day.path)) ??
      (await segmentFacts(hourSegment(this.#folder, this.#sensor, hour).path));
    return facts?.batch ?? 0;
  }
}
