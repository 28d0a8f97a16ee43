/** The one contract of everything packets come from: files, pipes, the second reader, live interfaces. */
import type { InputError } from "../errors.ts";
import type { CaptureInterface, PacketBlock } from "./packet-block.ts";

/** A stream of packets with what is known of where they come from. */
export interface PacketSource {
  /** As the user named it; "-" for standard input. */
  readonly name: string;
  readonly format: "pcap" | "pcapng";
  /** Described so far; complete once `blocks()` has ended. */
  readonly interfaces: readonly CaptureInterface[];
  /**
   * Why the source could not be read to its end, once `blocks()` has ended; null for a clean end. It is never
   * thrown from `blocks()`: what was read before it stays valid.
   */
  readonly error: InputError | null;
  /** Bytes taken from the medium so far (compressed, for a compressed capture). */
  readonly bytesRead: number;
  /** Bytes of the medium, or null where unknown (a pipe). */
  readonly totalBytes: number | null;
  /** Blocks in the capture's order. The same object each time: borrowed until the next one is asked for. */
  blocks(): AsyncIterable<PacketBlock>;
}
