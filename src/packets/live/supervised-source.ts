/**
 * A live source that survives its capture program: the program may die, the interface may disappear and come back, and
 * the requested interface may change.
 */
import { setTimeout as pause } from "node:timers/promises";
import { InputError } from "../../errors.ts";
import { type ReadOutcome, readRecords } from "../files/record-reader.ts";
import { type CaptureInterface, PacketBlock } from "../packet-block.ts";
import { mayPass } from "./capture-errors.ts";
import type { ProcessCounters, StartProgram } from "./capture-program.ts";
import { type CaptureRun, startRun, type WaysOf } from "./capture-run.ts";
import { LiveParser } from "./live-parser.ts";
import type { LiveCounters, LiveEvent, LiveOptions, LiveSource, SourceKind } from "./live-source.ts";

const DEFAULT_REOPEN_SECONDS = 60;
const REOPEN_INTERVAL_MS = 1_000;
/** A laptop may be docked, or leave Wi-Fi, while its old interface stays and only becomes silent. */
const DEFAULT_FOLLOW_SECONDS = 10;
/** Ctrl-C and a stopping service reach the program too: it may exit a moment before this process is told to stop. */
const SETTLE_MS = 200;
/** A capture that has lasted this long was sound; its end is a new problem. */
const SOUND_MS = 10_000;

/** Opens a live source; throws `InputError` if it cannot capture. */
export async function openSupervised(
  interfaceName: string,
  waysOf: WaysOf,
  options: LiveOptions,
  start: StartProgram,
): Promise<LiveSource> {
  const begin = (name: string) => startRun(name, waysOf, start);
  const source = new SupervisedSource(await begin(interfaceName), begin, options);
  source.tellWay();
  return source;
}

class SupervisedSource implements LiveSource {
  readonly totalBytes = null;
  error: InputError | null = null;
  readonly #begin: (interfaceName: string) => Promise<CaptureRun>;
  readonly #options: LiveOptions;
  readonly #block = new PacketBlock();
  readonly #stopping = new AbortController();
  #run: CaptureRun;
  /** The run that continues after `#run`, which has been told to stop. */
  #next: CaptureRun | null = null;
  #parser: LiveParser;
  #startedAt = performance.now();
  #troubleSince: number | null = null;
  #received = 0;
  #bytesOfEndedRuns = 0;
  #countersOfEndedRuns: ProcessCounters;

  constructor(run: CaptureRun, begin: (interfaceName: string) => Promise<CaptureRun>, options: LiveOptions) {
    const { program } = run.way;
    this.#begin = begin;
    this.#options = options;
    this.#run = run;
    this.#countersOfEndedRuns = program.firstCounters;
    this.#parser = new LiveParser(run.interfaceName, program.backend);
  }

  get name(): string {
    return this.#run.interfaceName;
  }

  get format(): "pcap" | "pcapng" {
    return this.#parser.format;
  }

  get backend(): SourceKind {
    return this.#run.way.program.backend;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.#block.interfaces;
  }

  get bytesRead(): number {
    return this.#bytesOfEndedRuns + this.#run.process.bytes.bytesRead;
  }

  counters(): LiveCounters {
    return { received: this.#received, ...sum(this.#countersOfEndedRuns, this.#run.process.counters) };
  }

  /** Reports the limitation of the current way of capturing, if any. */
  tellWay(): void {
    const { note } = this.#run.way;
    if (note !== null) this.#tell("note", note);
  }

  async *blocks(): AsyncGenerator<PacketBlock> {
    const following = this.#follow();
    try {
      do {
        const outcome: ReadOutcome = { error: null };
        const { process, start } = this.#run;
        for await (const block of readRecords(process.bytes, start, this.#parser, this.#block, outcome)) {
          this.#received += block.count;
          yield block;
        }
        if (this.#stopping.signal.aborted) return;
        // A program that dies leaves a truncated record; report why it died instead.
        const isCut = outcome.error === null || outcome.error.code === "truncated_record";
        this.error = (isCut ? await process.failure() : null) ?? outcome.error;
      } while (this.#takeNext() || (this.error !== null && (await this.#reopen(this.error))));
    } finally {
      await this.stop();
      // Its final counters come after its last packets.
      await this.#run.process.failure();
      this.#noteDrops();
      await following;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#run.process.stop(), this.#next?.process.stop()]);
  }

  /** Moves to the requested interface whenever that changes. */
  async #follow(): Promise<void> {
    const { follow, followSeconds = DEFAULT_FOLLOW_SECONDS } = this.#options;
    if (follow === undefined) return;
    /** An interface that could not be captured, which has been reported. */
    let refused: string | null = null;
    while (!this.#stopping.signal.aborted) {
      await this.#wait(followSeconds * 1000);
      const name = this.#stopping.signal.aborted ? null : await follow();
      if (name === null || name === this.name) refused = null;
      else if (name !== refused && !(await this.#moveTo(name))) refused = name;
    }
  }

  /** Begins to capture on another interface and stops the current run; false if that fails. */
  async #moveTo(name: string): Promise<boolean> {
    let next: CaptureRun;
    try {
      next = await this.#begin(name);
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      this.#tell("note", `the default route now uses ${name}, which cannot be captured: ${cause.message}`);
      return false;
    }
    this.#next = next;
    await (this.#stopping.signal.aborted ? next : this.#run).process.stop();
    return true;
  }

  /** Continues with the run that has begun elsewhere, if there is one. */
  #takeNext(): boolean {
    if (this.#next === null || this.#isStopped()) return false;
    this.#take(this.#next);
    this.#next = null;
    this.error = null;
    this.#tell("moved", `the default route now uses ${this.name}: capturing there`);
    return true;
  }

  /** Retries until it captures again; `false` if it was stopped meanwhile, or gives up. */
  async #reopen(error: InputError): Promise<boolean> {
    await this.#wait(SETTLE_MS);
    if (this.#isStopped()) return false;
    const seconds = this.#options.reopenSeconds ?? DEFAULT_REOPEN_SECONDS;
    if (seconds === 0 || !mayPass(error)) {
      this.#tell("ended", error.message);
      return false;
    }
    this.#tell("interrupted", `${error.message} (trying again for ${seconds} s)`);
    const now = performance.now();
    if (this.#troubleSince === null || now - this.#startedAt > SOUND_MS) this.#troubleSince = now;
    while (performance.now() - this.#troubleSince < seconds * 1000) {
      try {
        if (this.#takeNext()) return true;
        const run = await this.#begin(this.name);
        this.#take(run);
        if (this.#stopping.signal.aborted) await run.process.stop();
        if (this.#isStopped()) return false;
        this.#tell("resumed", `${this.name}: capturing again`);
        this.error = null;
        return true;
      } catch (cause) {
        if (!(cause instanceof InputError)) throw cause;
        if (this.#isStopped()) return false;
        if (!mayPass(cause)) {
          this.error = cause;
          break;
        }
      }
      await this.#wait(REOPEN_INTERVAL_MS);
      if (this.#isStopped()) return false;
    }
    this.#tell("ended", this.error?.message ?? error.message);
    return false;
  }

  /** Reads from another run from now on; the previous one has ended. */
  #take(run: CaptureRun): void {
    const { process } = this.#run;
    this.#bytesOfEndedRuns += process.bytes.bytesRead;
    this.#countersOfEndedRuns = sum(this.#countersOfEndedRuns, process.counters);
    this.#run = run;
    this.#startedAt = performance.now();
    this.#parser = new LiveParser(run.interfaceName, run.way.program.backend);
  }

  /** If stopped during an interruption, this is a clean end, since the user has been told of the interruption. */
  #isStopped(): boolean {
    if (!this.#stopping.signal.aborted) return false;
    this.error = null;
    return true;
  }

  async #wait(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #tell(kind: LiveEvent["kind"], message: string): void {
    this.#options.onEvent?.({ kind, interfaceName: this.name, message });
  }

  /** Stores the drops where a summary expects them. */
  #noteDrops(): void {
    const { droppedByKernel, droppedByInterface, droppedByUs } = this.counters();
    const last = this.#block.interfaces.at(-1);
    if (last === undefined) return;
    const isKnown = droppedByKernel !== null || droppedByInterface !== null;
    last.dropped =
      isKnown || droppedByUs > 0 ? (droppedByKernel ?? 0) + (droppedByInterface ?? 0) + droppedByUs : null;
  }
}

function sum(one: ProcessCounters, other: ProcessCounters): ProcessCounters {
  const add = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  return {
    droppedByKernel: add(one.droppedByKernel, other.droppedByKernel),
    droppedByInterface: add(one.droppedByInterface, other.droppedByInterface),
    droppedByUs: one.droppedByUs + other.droppedByUs,
  };
}
