/**
 * Sends the segments of a history to ClickHouse, in order. Rows of a delivery count once the table `segments` has its number, all at
 * once: until then, and where a later delivery of the same segment has come, nobody counts them. So a process or a server may be
 * killed at any moment, and anything may be sent twice.
 */
import { rmSync } from "node:fs";
import { InputError, reasonOf, systemErrorCode } from "../../errors.ts";
import {
  DAY_SECONDS,
  HOUR_SECONDS,
  hourSegment,
  listSegments,
  type Segment,
  startOf,
} from "../history-folder.ts";
import { segmentFacts } from "../segment-file.ts";
import { ClickHouseClient } from "./clickhouse-client.ts";
import type { ClickHouseTarget } from "./clickhouse-target.ts";
import {
  DELIVERY_COLUMNS,
  deliveryBodies,
  deliveryNumber,
  fileIdentity,
  type InsertFormat,
} from "./delivery.ts";
import { importOf, nameOf } from "./segment-name.ts";
import { originOf, ShipJournal, type Shipped } from "./ship-journal.ts";

export interface ShipOptions {
  readonly folder: string;
  readonly target: ClickHouseTarget;
  /** Days for which segments stay in the folder once they were sent; null: they stay. From 1 on, as late rows still come. */
  readonly keepDays: number | null;
  /** Bytes of segments that may wait; the oldest ones are removed; null: all wait. */
  readonly maxSpoolBytes: number | null;
  /** Milliseconds since 1970, by now. */
  readonly now: () => number;
}

/** What came of a pass over the folder. */
export interface ShipOutcome {
  readonly sentSegments: number;
  readonly sentRows: number;
  /** Segments that were not sent yet, and bytes of their files. */
  readonly waitingSegments: number;
  readonly waitingBytes: number;
  /** Segments that were removed before they could be sent: there was no room for them to wait. */
  readonly lostSegments: number;
  /** Segments that were sent and are not kept any longer. */
  readonly removedSegments: number;
  /** Why not all was sent; null: it was. */
  readonly trouble: InputError | null;
}

/** The first versions whose Parquet has lists and null. */
const PARQUET_SINCE = 22;

/** Of a `DateTime`, but for the last day. */
const LAST_SECOND = 2 ** 32 - 2 * DAY_SECONDS;

interface Waiting {
  readonly segment: Segment;
  readonly identity: string;
  readonly bytes: number;
}

interface Commit {
  readonly segment: Segment;
  readonly name: string;
  readonly delivery: bigint;
  readonly rows: number;
}

export class Shipper {
  readonly #options: ShipOptions;
  readonly #client: ClickHouseClient;
  readonly #journal: ShipJournal;
  readonly #origin: string;
  #version: number;
  #format: InsertFormat | null = null;

  /** Throws `InputError` for a folder that is not there, or that nothing can be written to. */
  constructor(options: ShipOptions) {
    const { folder, target } = options;
    listSegments(folder);
    this.#options = options;
    this.#client = new ClickHouseClient(target);
    try {
      this.#journal = new ShipJournal(folder, target.name);
      this.#origin = originOf(folder);
    } catch (cause) {
      throw troubleOf(cause, folder);
    }
    this.#version = this.#journal.lastVersion;
  }

  /** Sends what waits, until something goes wrong or the signal comes. A segment that is none is left out, and told. */
  async pass(signal?: AbortSignal): Promise<ShipOutcome> {
    const { folder } = this.#options;
    const count = { sentSegments: 0, sentRows: 0, lostSegments: 0, removedSegments: 0 };
    let waiting: Waiting[] = [];
    const stuck: Waiting[] = [];
    let trouble: InputError | null = null;
    try {
      const segments = listSegments(folder);
      waiting = segments.flatMap((segment) => this.#waitingOf(segment) ?? []);
      for (; waiting.length > 0 && !signal?.aborted; waiting.shift()) {
        try {
          const rows = await this.#send(waiting[0]);
          count.sentRows += rows ?? 0;
          count.sentSegments += rows === null ? 0 : 1;
        } catch (error) {
          if (!(error instanceof InputError) || error.position.source !== waiting[0].segment.path)
            throw error;
          trouble = error;
          stuck.push(waiting[0]);
        }
      }
      await this.#leaveOutImports(segments);
      count.removedSegments = this.#removeOld(segments);
    } catch (error) {
      trouble = troubleOf(error, folder);
    }
    waiting.unshift(...stuck);
    count.lostSegments = this.#makeRoom(waiting);
    const waitingBytes = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    return { ...count, waitingSegments: waiting.length, waitingBytes, trouble };
  }

  #waitingOf(segment: Segment): Waiting | null {
    const file = fileIdentity(segment.path);
    if (file === null) return null;
    return this.#journal.of(nameOf(segment))?.identity === file.identity ? null : { segment, ...file };
  }

  /** Removes the oldest segments that could not be sent where they are too many bytes; how many. */
  #makeRoom(waiting: Waiting[]): number {
    const { maxSpoolBytes } = this.#options;
    let lost = 0;
    let bytes = waiting.reduce((sum, one) => sum + one.bytes, 0);
    while (maxSpoolBytes !== null && bytes > maxSpoolBytes) {
      const oldest = waiting.shift();
      if (oldest === undefined) break;
      // What comes late to it is not all of it.
      if (this.#journal.of(nameOf(oldest.segment))?.state === "sent")
        this.#journal.note([this.#entryOf(oldest.segment, "removed")]);
      rmSync(oldest.segment.path, { force: true });
      bytes -= oldest.bytes;
      lost++;
    }
    return lost;
  }

  /** Sends a segment; the number of its rows, or null where another has taken its place meanwhile. */
  async #send({ segment, identity }: Waiting): Promise<number | null> {
    if (segment.dayStart < 0 || segment.dayStart > LAST_SECOND) {
      const message = `${segment.path}: ClickHouse needs times from 1970 to 2106`;
      throw new InputError("cannot_write", message, { source: segment.path });
    }
    const facts = await segmentFacts(segment.path);
    if (facts === null) return null;
    const batch = facts.batch ?? null;
    const part = this.#partOf(segment, batch);
    const name = part === 0 ? nameOf(segment) : `${nameOf(segment)}+${part}`;
    const delivery = deliveryNumber(segment.path, `${this.#origin} ${name}`);
    const format = await this.#formatOf();
    let rows = 0;
    for await (const piece of deliveryBodies(segment.path, delivery, format)) {
      await this.#client.insert(`INSERT INTO buckets (${DELIVERY_COLUMNS}) FORMAT ${format}`, piece.body);
      rows += piece.rows;
    }
    // Its rows may not be those of the number.
    if (fileIdentity(segment.path)?.identity !== identity) return null;
    const hours = this.#hoursWithin(segment, batch);
    await this.#commit([
      { segment, name, delivery, rows },
      ...hours.map((hour) => ({ segment: hour, name: this.#sentNameOf(hour), delivery: 0n, rows: 0 })),
    ]);
    this.#journal.note([
      { segment: nameOf(segment), part, identity, batch, version: this.#version, state: "sent" },
      ...hours.map((hour) => this.#entryOf(hour, "replaced")),
    ]);
    return rows;
  }

  /**
   * What comes under the name of a segment that was removed is more of it; but where it is no later, somebody had read the file
   * before it was removed, and has put it back, rolled up. What was imported is always whole.
   */
  #partOf(segment: Segment, batch: number | null): number {
    const known = this.#journal.of(nameOf(segment));
    if (known === undefined) return 0;
    return known.part + (known.state === "removed" && isLater(batch, known.batch) ? 1 : 0);
  }

  /** The hours that were sent and whose rows a day has now; those that were removed where it was made of them before. */
  #hoursWithin({ sensor, dayStart, hour, importId }: Segment, batch: number | null): Segment[] {
    if (hour !== null || importId !== null) return [];
    const folder = this.#options.folder;
    const hours = Array.from({ length: DAY_SECONDS / HOUR_SECONDS }, (_, i) =>
      hourSegment(folder, sensor, dayStart + i * HOUR_SECONDS),
    );
    const inState = (state: Shipped["state"]) =>
      hours.filter((one) => this.#journal.of(nameOf(one))?.state === state);
    const removed = inState("removed");
    const isOfRemoved = removed.some((one) => !isLater(batch, this.#journal.of(nameOf(one))?.batch ?? null));
    return [...inState("sent"), ...(isOfRemoved ? removed : [])];
  }

  /** Captures that were imported again with others: their former segments count no more. */
  async #leaveOutImports(segments: readonly Segment[]): Promise<void> {
    const there = new Set(segments.map(nameOf));
    const gone = [...this.#journal.entries].flatMap(({ segment: name, state }) => {
      const segment = state === "sent" && !there.has(name) ? importOf(this.#options.folder, name) : null;
      return segment ?? [];
    });
    if (gone.length === 0) return;
    await this.#commit(
      gone.map((segment) => ({ segment, name: this.#sentNameOf(segment), delivery: 0n, rows: 0 })),
    );
    this.#journal.note(gone.map((segment) => this.#entryOf(segment, "replaced")));
  }

  /** The name under which a segment was sent. */
  #sentNameOf(segment: Segment): string {
    const part = this.#journal.of(nameOf(segment))?.part ?? 0;
    return part === 0 ? nameOf(segment) : `${nameOf(segment)}+${part}`;
  }

  #entryOf(segment: Segment, state: Shipped["state"]): Shipped {
    const known = this.#journal.of(nameOf(segment));
    return {
      segment: nameOf(segment),
      part: known?.part ?? 0,
      identity: known?.identity ?? "",
      batch: known?.batch ?? null,
      version: this.#version,
      state,
    };
  }

  /** From then on these deliveries count, and no former ones of their segments. */
  async #commit(commits: readonly Commit[]): Promise<void> {
    this.#version = Math.max(this.#version + 1, this.#options.now());
    const lines = commits.map(({ segment, name, delivery, rows }) => {
      const { sensor, dayStart, hour } = segment;
      const start = startOf(segment);
      const end = start + (hour === null ? DAY_SECONDS : HOUR_SECONDS);
      const day = new Date(dayStart * 1000).toISOString().slice(0, 10);
      const row = { origin: this.#origin, day, segment: name, sensor, start, end };
      return `${JSON.stringify({ ...row, delivery: String(delivery), rows, version: this.#version })}\n`;
    });
    const statement = `INSERT INTO segments (${COMMIT_COLUMNS}) FORMAT JSONEachRow`;
    await this.#client.insert(statement, Buffer.from(lines.join("")));
  }

  async #formatOf(): Promise<InsertFormat> {
    if (this.#format === null) {
      const [row] = await this.#client.select("SELECT version() AS version");
      this.#format = Number.parseInt(String(row?.version), 10) >= PARQUET_SINCE ? "Parquet" : "JSONEachRow";
    }
    return this.#format;
  }

  /** Removes segments that were sent long ago; how many. */
  #removeOld(segments: readonly Segment[]): number {
    const { keepDays, now } = this.#options;
    if (keepDays === null) return 0;
    const limit = now() / 1000 - keepDays * DAY_SECONDS;
    const old = segments.filter((segment) => {
      const isOld = segment.dayStart + DAY_SECONDS <= limit;
      const file = isOld ? fileIdentity(segment.path) : null;
      return file !== null && this.#journal.of(nameOf(segment))?.identity === file.identity;
    });
    if (old.length > 0) this.#journal.note(old.map((segment) => this.#entryOf(segment, "removed")));
    for (const { path } of old) rmSync(path, { force: true });
    return old.length;
  }
}

/** What is no mistake of the program. Throws what is one. */
function troubleOf(cause: unknown, folder: string): InputError {
  if (cause instanceof InputError) return cause;
  if (systemErrorCode(cause) === undefined) throw cause;
  return new InputError("cannot_write", `${folder}: ${reasonOf(cause)}`, { source: folder }, cause);
}

const COMMIT_COLUMNS = "origin, day, segment, sensor, start, end, delivery, rows, version";

function isLater(batch: number | null, than: number | null): boolean {
  return batch !== null && than !== null && batch > than;
}
