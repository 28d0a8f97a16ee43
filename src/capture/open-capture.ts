/** Opens what the user named and finds, by its first bytes and never by its name, how to read it. */
import { InputError } from "../errors.ts";
import { type ByteSource, openFileSource, standardInputSource } from "./byte-source.ts";
import { type CaptureInterface, PacketBlock } from "./packet-block.ts";
import type { PacketSource } from "./packet-source.ts";
import { isPcap, PCAP_HEADER_LENGTH, PcapParser, readPcapHeader } from "./pcap-format.ts";
import { isPcapng, PcapngParser } from "./pcapng-format.ts";
import type { RecordParser } from "./record-parser.ts";
import { READ_LENGTH, type ReadOutcome, readRecords } from "./record-reader.ts";

/**
 * Opens a capture: a path, or "-" for standard input. Throws `InputError` when it cannot be opened or is no
 * capture; what goes wrong later ends up in the source's `error`.
 */
export async function openCapture(name: string): Promise<PacketSource> {
  const bytes = name === "-" ? standardInputSource() : await openFileSource(name);
  try {
    return await sourceOf(bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function sourceOf(bytes: ByteSource): Promise<PacketSource> {
  const first = await readAtLeast(bytes, PCAP_HEADER_LENGTH);
  if (isPcap(first)) {
    const header = readPcapHeader(first, bytes.name);
    return new CaptureSource(bytes, first.subarray(PCAP_HEADER_LENGTH), new PcapParser(header, bytes.name));
  }
  if (isPcapng(first)) return new CaptureSource(bytes, first, new PcapngParser(bytes.name));
  throw new InputError("not_a_capture", `${bytes.name}: neither pcap nor pcapng`, {
    source: bytes.name,
    offset: 0,
  });
}

/** The first bytes of a source: `length` of them or more, fewer only where it ends before. */
async function readAtLeast(source: ByteSource, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(READ_LENGTH);
  let filled = 0;
  while (filled < length) {
    const count = await source.read(buffer, filled, buffer.length - filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

class CaptureSource implements PacketSource {
  readonly name: string;
  readonly format: "pcap" | "pcapng";
  readonly #bytes: ByteSource;
  readonly #first: Uint8Array;
  readonly #parser: RecordParser;
  readonly #block = new PacketBlock();
  readonly #outcome: ReadOutcome = { error: null };

  constructor(bytes: ByteSource, first: Uint8Array, parser: RecordParser) {
    this.name = bytes.name;
    this.format = parser.format;
    this.#bytes = bytes;
    this.#first = first;
    this.#parser = parser;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.#block.interfaces;
  }

  get error(): InputError | null {
    return this.#outcome.error;
  }

  get bytesRead(): number {
    return this.#bytes.bytesRead;
  }

  get totalBytes(): number | null {
    return this.#bytes.totalBytes;
  }

  blocks(): AsyncIterable<PacketBlock> {
    return readRecords(this.#bytes, this.#first, this.#parser, this.#block, this.#outcome);
  }
}
