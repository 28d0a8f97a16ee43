/**
 * Sends the segments of a history to ClickHouse, in order. Rows of a delivery count once the table `segments` contains its
 * number, all at once; before that, and after a later delivery of the same segment, queries ignore them. So a process or a
 * server may be killed at any moment, and anything may be sent twice.
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
  /** Days for which sent segments stay in the folder; null: for ever. At least 1, as late rows still arrive. */
  readonly keepDays: number | null;
  /** Maximum number of bytes of waiting segments, beyond which the oldest ones are removed; null: unlimited. */
  readonly maxSpoolBytes: number | null;
  /** Returns the current time in milliseconds since 1970. */
  readonly now: () => number;
}

/** Result of a pass over the folder. */
export interface ShipOutcome {
  readonly sentSegments: number;
  readonly sentRows: number;
  /** Segments not sent yet, and the bytes of their files. */
  readonly waitingSegments: number;
  readonly waitingBytes: number;
  /** Segments removed before they could be sent, as too many were waiting. */
  readonly lostSegments: number;
  /** Sent segments that were removed because their time was over. */
  readonly removedSegments: number;
  /** Why not everything was sent; null if everything was. */
  readonly trouble: InputError | null;
}

/** First ClickHouse versions whose Parquet reader supports lists and null. */
const PARQUET_SINCE = 22;

/** Upper limit of a `DateTime`, minus the last day. */
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

  /** Throws `InputError` if the folder does not exist or is not writable. */
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

  /** Sends the waiting segments until an error occurs or the signal is aborted. Skips invalid segments and reports them. */
  async pass(signal?: AbortSignal): Promise<ShipOutcome> {
    const { folder } = this.#options;
    const count = { sentSegments: 0, sentRows: 0, lostSegments: 0, removedSegments: 0 };
    let waiting: Waiting[] = [];
    const failed: Waiting[] = [];
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
          failed.push(waiting[0]);
        }
      }
      await this.#markReplacedImports(segments);
      count.removedSegments = this.#removeOld(segments);
    } catch (error) {
      trouble = troubleOf(error, folder);
    }
    waiting.unshift(...failed);
    count.lostSegments = this.#dropOldest(waiting);
    const waitingBytes = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    return { ...count, waitingSegments: waiting.length, waitingBytes, trouble };
  }

  #waitingOf(segment: Segment): Waiting | null {
    const file = fileIdentity(segment.path);
    if (file === null) return null;
    return this.#journal.of(nameOf(segment))?.identity === file.identity ? null : { segment, ...file };
  }

  /** Removes the oldest unsent segments if their total size is over the limit; returns their number. */
  #dropOldest(waiting: Waiting[]): number {
    const { maxSpoolBytes } = this.#options;
    let lost = 0;
    let bytes = waiting.reduce((sum, one) => sum + one.bytes, 0);
    while (maxSpoolBytes !== null && bytes > maxSpoolBytes) {
      const oldest = waiting.shift();
      if (oldest === undefined) break;
      // Later rows under this name are additional ones.
      if (this.#journal.of(nameOf(oldest.segment))?.state === "sent")
        this.#journal.note([this.#entryOf(oldest.segment, "removed")]);
      rmSync(oldest.segment.path, { force: true });
      bytes -= oldest.bytes;
      lost++;
    }
    return lost;
  }

  /** Sends a segment; returns the number of its rows, or null if another file has replaced it meanwhile. */
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
    // If the file has changed, the rows sent may not match the number.
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
   * Later rows under the name of a removed segment are a new part. If they are not later, a reader had the file open before
   * it was removed and put it back, rolled up. Imported segments are always complete.
   */
  #partOf(segment: Segment, batch: number | null): number {
    const known = this.#journal.of(nameOf(segment));
    if (known === undefined) return 0;
    return known.part + (known.state === "removed" && isLater(batch, known.batch) ? 1 : 0);
  }

  /**
   * The sent hours whose rows are now in a day; also the removed ones if the day was built from them before their removal.
   */
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

  /** Imported captures that were imported again together with others: their former segments no longer count. */
  async #markReplacedImports(segments: readonly Segment[]): Promise<void> {
    const present = new Set(segments.map(nameOf));
    const obsolete = [...this.#journal.entries].flatMap(({ segment: name, state }) => {
      const segment = state === "sent" && !present.has(name) ? importOf(this.#options.folder, name) : null;
      return segment ?? [];
    });
    if (obsolete.length === 0) return;
    await this.#commit(
      obsolete.map((segment) => ({ segment, name: this.#sentNameOf(segment), delivery: 0n, rows: 0 })),
    );
    this.#journal.note(obsolete.map((segment) => this.#entryOf(segment, "replaced")));
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

  /** Makes these deliveries count, in place of earlier ones of their segments. */
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

  /** Removes segments that were sent long ago; returns their number. */
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

/** Converts an expected error. Rethrows programming errors. */
function troubleOf(cause: unknown, folder: string): InputError {
  if (cause instanceof InputError) return cause;
  if (systemErrorCode(cause) === undefined) throw cause;
  return new InputError("cannot_write", `${folder}: ${reasonOf(cause)}`, { source: folder }, cause);
}

const COMMIT_COLUMNS = "origin, day, segment, sensor, start, end, delivery, rows, version";

function isLater(batch: number | null, than: number | null): boolean {
  return batch !== null && than !== null && batch > than;
}
