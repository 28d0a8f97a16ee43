/** Reads the first bytes of one run of a capture program, or explains why they are not a capture. */
import { InputError } from "../../errors.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { isPcap, PCAP_HEADER_LENGTH, readPcapHeader } from "../files/pcap-format.ts";
import { isPcapng } from "../files/pcapng-format.ts";
import type { SourceKind } from "./live-source.ts";

/** Header length of a pcap; a pcapng begins with at least as many (section 4.1 of its draft: 28 bytes). */
const START_LENGTH = PCAP_HEADER_LENGTH;
const MAGIC_LENGTH = 4;

/**
 * Waits for the bytes that show the format, however long that takes: null if the output ends before. Throws
 * `InputError` as soon as they show that it is neither pcap nor pcapng (`not_a_capture`), or an unknown version of
 * pcap. The result is owned by the caller.
 */
export async function readRunStart(
  bytes: ByteSource,
  interfaceName: string,
  backend: SourceKind,
): Promise<Uint8Array | null> {
  const start = new Uint8Array(START_LENGTH);
  let filled = 0;
  while (filled < start.length) {
    const count = await bytes.read(start, filled, start.length - filled);
    if (count === 0) return null;
    filled += count;
    const first = start.subarray(0, filled);
    if (filled >= MAGIC_LENGTH && !isPcap(first) && !isPcapng(first)) {
      throw unreadableError(first, interfaceName, backend);
    }
  }
  // The header may have unsupported contents.
  if (isPcap(start)) readPcapHeader(start, interfaceName);
  return start;
}

/** `first` is borrowed. */
export function unreadableError(first: Uint8Array, interfaceName: string, writer: SourceKind): InputError {
  const text = String.fromCharCode(...first.subarray(0, START_LENGTH));
  const what =
    writer === "pipe" ? "the input" : writer === "tcp" ? "the data served" : `the output of ${writer}`;
  const message = `${interfaceName}: ${what} is not a capture: byte 0 has no pcap header but "${text}"`;
  return new InputError("not_a_capture", message, { source: interfaceName, offset: 0 });
}
