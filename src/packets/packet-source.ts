/** The common interface of all packet sources: files, pipes, the second reader, live interfaces. */
import type { InputError } from "../errors.ts";
import type { CaptureInterface, PacketBlock } from "./packet-block.ts";

/** A stream of packets with metadata on its origin. */
export interface PacketSource {
  /** As the user named it; "-" for standard input. */
  readonly name: string;
  readonly format: "pcap" | "pcapng";
  /** Interfaces described so far; complete once `blocks()` has ended. */
  readonly interfaces: readonly CaptureInterface[];
  /**
   * Set once `blocks()` has ended: why the source could not be read to its end; null for a clean end. It is never
   * thrown from `blocks()`: everything read before it stays valid.
   */
  readonly error: InputError | null;
  /** Bytes read from the medium so far (compressed, for a compressed capture). */
  readonly bytesRead: number;
  /** Bytes of the medium, or null if unknown (a pipe). */
  readonly totalBytes: number | null;
  /** Yields blocks in capture order. The same object each time: borrowed until the next one is requested. */
  blocks(): AsyncIterable<PacketBlock>;
}
