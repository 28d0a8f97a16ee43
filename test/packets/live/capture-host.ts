/** A process on a test's host that captures live on request: the parent of `capture-driver.ts`. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type {
  BackendName,
  LiveCounters,
  LiveEvent,
  SourceKind,
} from "../../../src/packets/live/live-source.ts";
import type { Namespace } from "../../support/namespace.ts";
import { endOf } from "../../support/namespace-holder.ts";
import type { Collected } from "../files/collect-records.ts";

const DRIVER = fileURLToPath(new URL("capture-driver.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const AS_NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"];

/** The order to the driver: `LiveOptions` except what cannot be sent. */
export interface CaptureOrder {
  readonly interfaceName: string;
  readonly backend: BackendName | "auto";
  readonly snaplen?: number;
  readonly promiscuous?: boolean;
  readonly filter?: string;
  readonly reopenSeconds?: number;
  /** Added to the driver's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds before the packets are first read. */
  readonly readAfterMs?: number;
  /** Stops reading after N packets, like a reader that leaves its loop. */
  readonly leaveAfter?: number;
}

/** The outcome of a capture. */
export interface CaptureOutcome {
  /** Why it could not begin, or null. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  readonly backend: SourceKind | null;
  readonly collected: Omit<Collected, "error"> | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly counters: LiveCounters | null;
  readonly events: readonly LiveEvent[];
  /** Rows of each block, and whether it was always the same object. */
  readonly blockCounts: readonly number[];
  readonly isOneBlock: boolean;
  /** Delivery time of each packet in milliseconds since 1970. */
  readonly handedOverAt: readonly number[];
  /** Processes that the driver still had after the capture. */
  readonly childrenLeft: number;
}

/** Messages from the driver. */
export type DriverMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "open" }
  | { readonly kind: "packets"; readonly count: number }
  | { readonly kind: "event"; readonly event: LiveEvent }
  | { readonly kind: "children"; readonly pids: readonly number[] }
  | { readonly kind: "outcome"; readonly outcome: CaptureOutcome };

/** Messages to the driver. */
export type DriverCommand =
  | { readonly kind: "capture"; readonly order: CaptureOrder }
  | { readonly kind: "stop" }
  | { readonly kind: "children" };

const WAIT_MS = 40_000;

/** The process, and its messages so far. */
export class CaptureHost {
  readonly #child: ChildProcess;
  #messages: DriverMessage[] = [];
  #wake: () => void = () => {};

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (message: DriverMessage) => {
      this.#messages.push(message);
      this.#wake();
    });
  }

  static async start(namespace: Namespace, options: { asNobody?: boolean } = {}): Promise<CaptureHost> {
    const node = [process.execPath, "--import", "tsx", DRIVER];
    const [program, ...args] = namespace.within(options.asNobody ? [...AS_NOBODY, ...node] : node);
    const host = new CaptureHost(
      spawn(program, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit", "ipc"] }),
    );
    await host.#next("ready");
    return host;
  }

  /** Starts; resolves when the capture is open or refused (see `outcome`). */
  async begin(order: CaptureOrder): Promise<void> {
    this.#messages = [];
    this.#tell({ kind: "capture", order });
    await this.#until(() => this.#messages.some(({ kind }) => kind === "open" || kind === "outcome"));
  }

  /** Resolves when N packets have been delivered. */
  async packets(count: number): Promise<void> {
    await this.#until(() => this.#messages.some((one) => one.kind === "packets" && one.count >= count));
  }

  /** Resolves when no packet has been delivered for the given time. */
  async quiet(milliseconds: number): Promise<void> {
    for (let before = -1; this.#packetsSoFar() !== before; ) {
      before = this.#packetsSoFar();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
  }

  /** Resolves with the next event of a kind, even if it has already arrived. */
  async event(kind: LiveEvent["kind"]): Promise<LiveEvent> {
    const isIt = (one: DriverMessage) => one.kind === "event" && one.event.kind === kind;
    await this.#until(() => this.#messages.some(isIt));
    const found = this.#messages.find(isIt);
    if (found?.kind !== "event") throw new Error(`no event ${kind}`);
    return found.event;
  }

  /** Returns the process ids of the capture programs. */
  async children(): Promise<readonly number[]> {
    this.#messages = this.#messages.filter(({ kind }) => kind !== "children");
    this.#tell({ kind: "children" });
    return (await this.#next("children")).pids;
  }

  stop(): void {
    this.#tell({ kind: "stop" });
  }

  /** Returns the outcome once the capture is over. */
  async outcome(): Promise<CaptureOutcome> {
    return (await this.#next("outcome")).outcome;
  }

  /** Kills the driver with SIGKILL, as in a crash. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await endOf(this.#child);
  }

  #packetsSoFar(): number {
    return this.#messages.reduce((most, one) => (one.kind === "packets" ? one.count : most), 0);
  }

  #tell(command: DriverCommand): void {
    this.#child.send(command);
  }

  async #next<K extends DriverMessage["kind"]>(kind: K): Promise<Extract<DriverMessage, { kind: K }>> {
    const isIt = (one: DriverMessage): one is Extract<DriverMessage, { kind: K }> => one.kind === kind;
    await this.#until(() => this.#messages.some(isIt));
    return this.#messages.find(isIt) as Extract<DriverMessage, { kind: K }>;
  }

  async #until(isThere: () => boolean): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!isThere()) {
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(`waited ${WAIT_MS} ms; so far ${JSON.stringify(this.#messages).slice(-500)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
