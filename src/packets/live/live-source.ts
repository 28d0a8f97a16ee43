/** The contract of live capture: what every backend gives, and what may be asked of it. */
import type { PacketSource } from "../packet-source.ts";

/** Who takes packets from the system. */
export const BACKEND_NAMES = ["tcpdump", "cap"] as const;

/** One of `BACKEND_NAMES`. */
export type BackendName = (typeof BACKEND_NAMES)[number];

/**
 * What packets of a live source come by: a backend here; "ssh", tcpdump on another machine; "tcp", a server of captures; "pipe",
 * a stream.
 */
export type SourceKind = BackendName | "ssh" | "tcp" | "pipe";

/** Packets since the source was opened; null where the backend cannot know. */
export interface LiveCounters {
  /** Handed over in blocks. */
  readonly received: number;
  /** Lost because the kernel's buffer was full: whoever reads it was too slow. */
  readonly droppedByKernel: number | null;
  /** Lost in the network card or its driver. */
  readonly droppedByInterface: number | null;
  /** Taken from the kernel, but there was no room to hand them over. */
  readonly droppedByUs: number;
}

/** What happens to a live source while it is read; `message` is one line for the user, without the program's name. */
export interface LiveEvent {
  /**
   * interrupted: packets are missed from now on; resumed: they come again; ended: they will not; moved: they come from
   * another interface; note: what this way of capturing does not show.
   */
  readonly kind: "interrupted" | "resumed" | "ended" | "moved" | "note";
  readonly interfaceName: string;
  readonly message: string;
}

/** Variables of a program's environment. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

/** How to capture. */
export interface LiveOptions {
  /** Bytes kept of each packet (default 262144, all). */
  readonly snaplen?: number;
  /** Frames for other stations too (default true). The backend "cap" cannot do without. */
  readonly promiscuous?: boolean;
  /** A filter in libpcap's language, which the kernel applies (default: none). */
  readonly filter?: string;
  /**
   * For how many seconds an interface that has gone, or a capture that has died, is tried again (default 60; 0: not
   * at all).
   */
  readonly reopenSeconds?: number;
  /**
   * Whether the processes of packets are wanted where the system can tell them, as Apple's tcpdump does (default true).
   */
  readonly processes?: boolean;
  /**
   * Asked now and then for the interface to capture on, as `findDefaultInterface` answers; the capture moves to another
   * one when that changes. Null: as before. It must not throw.
   */
  readonly follow?: () => Promise<string | null>;
  /** Seconds from one such question to the next (default 10). */
  readonly followSeconds?: number;
  /** Told of interruptions. Keep it short, and let it not throw. */
  readonly onEvent?: (event: LiveEvent) => void;
  /** Environment of the programs that capture (default: this process's own). */
  readonly env?: ProgramEnvironment;
}

/** Packets of one interface as they come. Reads like a file: blocks and their bytes are borrowed until the next. */
export interface LiveSource extends PacketSource {
  readonly backend: SourceKind;
  /** As of up to a second ago. */
  counters(): LiveCounters;
  /**
   * Ends the capture; `blocks()` then ends after the packets that were already taken, with `error` null. Resolves when
   * no process of the source is left. May be called more than once, and before `blocks()`.
   */
  stop(): Promise<void>;
}
