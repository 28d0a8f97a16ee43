/** The file header that one run of a capturing program begins with, or why there is none. */
import { InputError } from "../../errors.ts";
import { shellWord } from "../../shell-word.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { isPcap, PCAP_HEADER_LENGTH, type PcapHeader, readPcapHeader } from "../files/pcap-format.ts";
import { isPcapng } from "../files/pcapng-format.ts";
import type { BackendName } from "./live-source.ts";

const MAGIC_LENGTH = 4;

/**
 * Waits for the header, however long that takes: null where the bytes end before it. Throws `InputError` as soon as the
 * first bytes show that it is no pcap: `unsupported_format`, with what helps, or `not_a_capture`.
 */
export async function readRunHeader(
  bytes: ByteSource,
  interfaceName: string,
  backend: BackendName,
): Promise<PcapHeader | null> {
  const header = new Uint8Array(PCAP_HEADER_LENGTH);
  let filled = 0;
  while (filled < header.length) {
    const count = await bytes.read(header, filled, header.length - filled);
    if (count === 0) return null;
    filled += count;
    const first = header.subarray(0, filled);
    if (filled >= MAGIC_LENGTH && !isPcap(first)) throw unreadableError(first, interfaceName, backend);
  }
  return readPcapHeader(header, interfaceName);
}

/** `first` is borrowed. */
function unreadableError(first: Uint8Array, interfaceName: string, backend: BackendName): InputError {
  const position = { source: interfaceName, offset: 0 };
  if (isPcapng(first)) {
    const record = `tcpdump -i ${shellWord(interfaceName)} -w - | appleflow summarize -`;
    const message = `${interfaceName}: ${backend} writes pcapng, but live capture reads only pcap; try: ${record}`;
    return new InputError("unsupported_format", message, position);
  }
  const message = `${interfaceName}: what ${backend} writes is no capture: byte 0 has no pcap header but "${String.fromCharCode(...first)}"`;
  return new InputError("not_a_capture", message, position);
}
