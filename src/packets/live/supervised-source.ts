/** A live source that survives what it captures with: the program may die, the interface may go and come back. */
import { setTimeout as pause } from "node:timers/promises";
import { InputError } from "../../errors.ts";
import type { PcapHeader } from "../files/pcap-format.ts";
import { type ReadOutcome, readRecords } from "../files/record-reader.ts";
import { type CaptureInterface, PacketBlock } from "../packet-block.ts";
import { captureError, mayPass } from "./capture-errors.ts";
import { CaptureProcess, type CaptureProgram, type ProcessCounters } from "./capture-process.ts";
import { LiveParser } from "./live-parser.ts";
import type { BackendName, LiveCounters, LiveEvent, LiveOptions, LiveSource } from "./live-source.ts";
import { readRunHeader } from "./run-header.ts";

const DEFAULT_REOPEN_SECONDS = 60;
const REOPEN_INTERVAL_MS = 1_000;
/** Ctrl-C and a stopping service reach the program too: it may have gone a moment before we are told to stop. */
const SETTLE_MS = 200;
/** A capture that has lasted this long was sound; what ends it is a new trouble. */
const SOUND_MS = 10_000;

/** What `startRun` has begun. */
interface Run {
  readonly process: CaptureProcess;
  readonly header: PcapHeader;
}

/** Opens a live source; throws `InputError` where it cannot capture. */
export async function openSupervised(
  interfaceName: string,
  program: CaptureProgram,
  options: LiveOptions,
): Promise<LiveSource> {
  return new SupervisedSource(interfaceName, program, options, await startRun(interfaceName, program));
}

/** Throws `InputError` where the program does not capture, or writes what cannot be read; it has ended then. */
async function startRun(interfaceName: string, program: CaptureProgram): Promise<Run> {
  const process = await CaptureProcess.start(program, interfaceName);
  let header: PcapHeader | null;
  try {
    header = await readRunHeader(process.bytes, interfaceName, program.backend);
  } catch (error) {
    await process.bytes.close();
    throw error;
  }
  if (header !== null) return { process, header };
  const failure = await process.failure();
  throw failure ?? captureError("capture_failed", interfaceName, `${program.backend} ended as it began`);
}

class SupervisedSource implements LiveSource {
  readonly name: string;
  readonly format = "pcap";
  readonly totalBytes = null;
  error: InputError | null = null;
  readonly #program: CaptureProgram;
  readonly #options: LiveOptions;
  readonly #block = new PacketBlock();
  readonly #stopping = new AbortController();
  #run: Run;
  #parser: LiveParser;
  #startedAt = performance.now();
  #troubleSince: number | null = null;
  #received = 0;
  #bytesOfEndedRuns = 0;
  #countersOfEndedRuns: ProcessCounters;

  constructor(name: string, program: CaptureProgram, options: LiveOptions, run: Run) {
    this.name = name;
    this.#program = program;
    this.#options = options;
    this.#run = run;
    this.#countersOfEndedRuns = program.firstCounters;
    this.#parser = new LiveParser(run.header, name, this.#block.interfaces);
  }

  get backend(): BackendName {
    return this.#program.backend;
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

  async *blocks(): AsyncGenerator<PacketBlock> {
    const nothing = new Uint8Array(0);
    try {
      do {
        const outcome: ReadOutcome = { error: null };
        const { process } = this.#run;
        for await (const block of readRecords(process.bytes, nothing, this.#parser, this.#block, outcome)) {
          this.#received += block.count;
          yield block;
        }
        if (this.#stopping.signal.aborted) return;
        // A record that is cut is what a program leaves that dies; why it died is the news.
        const isCut = outcome.error === null || outcome.error.code === "truncated_record";
        this.error = (isCut ? await process.failure() : null) ?? outcome.error;
      } while (this.error !== null && (await this.#reopen(this.error)));
    } finally {
      await this.stop();
      // Its last counters come after its last packets.
      await this.#run.process.failure();
      this.#noteDrops();
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#run.process.stop();
  }

  /** Whether it captures again; `false` when it was stopped meanwhile, or for good. */
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
        await this.#begin();
        if (this.#isStopped()) return false;
        this.#tell("resumed", `${this.name}: captures again`);
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

  async #begin(): Promise<void> {
    const run = await startRun(this.name, this.#program);
    const { process } = this.#run;
    this.#bytesOfEndedRuns += process.bytes.bytesRead;
    this.#countersOfEndedRuns = sum(this.#countersOfEndedRuns, process.counters);
    this.#run = run;
    this.#startedAt = performance.now();
    this.#parser = new LiveParser(run.header, this.name, this.#block.interfaces);
    if (this.#stopping.signal.aborted) await run.process.stop();
  }

  /** Stopped while it was broken: a clean end all the same, since the user has been told of the break. */
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

  /** Where a summary looks for them. */
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
