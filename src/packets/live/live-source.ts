/** Interface of live capture, common to all backends. */
import type { PacketSource } from "../packet-source.ts";

/** Programs that capture packets. */
export const BACKEND_NAMES = ["tcpdump", "cap"] as const;

/** One of `BACKEND_NAMES`. */
export type BackendName = (typeof BACKEND_NAMES)[number];

/**
 * Origin of a live source's packets: a backend here; "ssh", tcpdump on another machine; "tcp", a capture server;
 * "pipe", a stream.
 */
export type SourceKind = BackendName | "ssh" | "tcp" | "pipe";

/** Packets since the source was opened; null if the backend cannot determine them. */
export interface LiveCounters {
  /** Delivered in blocks. */
  readonly received: number;
  /** Dropped because the kernel's buffer was full: the reader was too slow. */
  readonly droppedByKernel: number | null;
  /** Dropped in the network card or its driver. */
  readonly droppedByInterface: number | null;
  /** Read from the kernel but dropped because an internal buffer was full. */
  readonly droppedByUs: number;
}

/** An event of a live source while it is read; `message` is one line for the user, without the program's name. */
export interface LiveEvent {
  /**
   * interrupted: packets are missed from now on; resumed: they arrive again; ended: they will not; moved: they come
   * from another interface; note: a limitation of this way of capturing.
   */
  readonly kind: "interrupted" | "resumed" | "ended" | "moved" | "note";
  readonly interfaceName: string;
  readonly message: string;
}

/** Variables of a program's environment. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

/** Options of a live capture. */
export interface LiveOptions {
  /** Captured bytes of each packet (default 262144, all). */
  readonly snaplen?: number;
  /** Also capture frames for other stations (default true). The backend "cap" always does. */
  readonly promiscuous?: boolean;
  /** A filter in libpcap's language, applied by the kernel (default: none). */
  readonly filter?: string;
  /**
   * Seconds for which an interface that has disappeared, or a capture that has failed, is retried (default 60; 0: no
   * retries).
   */
  readonly reopenSeconds?: number;
  /** Whether to determine the processes of packets if the system can, as Apple's tcpdump does (default true). */
  readonly processes?: boolean;
  /**
   * Called periodically for the interface to capture on, as returned by `findDefaultInterface`; the capture moves to
   * another one when that changes. Null: no change. It must not throw.
   */
  readonly follow?: () => Promise<string | null>;
  /** Seconds between these calls (default 10). */
  readonly followSeconds?: number;
  /** Called on interruptions and other events. It must be short and must not throw. */
  readonly onEvent?: (event: LiveEvent) => void;
  /** Environment of the capture programs (default: this process's own). */
  readonly env?: ProgramEnvironment;
}

/** Packets of one interface as they arrive. Reads like a file: blocks and their bytes are borrowed until the next one. */
export interface LiveSource extends PacketSource {
  readonly backend: SourceKind;
  /** Returns counters that are at most a second old. */
  counters(): LiveCounters;
  /**
   * Stops the capture; `blocks()` then ends after the packets already received, with `error` null. Resolves when no
   * process of the source is left. May be called more than once, and before `blocks()`.
   */
  stop(): Promise<void>;
}
