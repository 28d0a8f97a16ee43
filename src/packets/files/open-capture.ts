/** Opens a name given by the user and detects its format by the first bytes, never by the name. */
import { InputError } from "../../errors.ts";
import { type CaptureInterface, PacketBlock } from "../packet-block.ts";
import type { PacketSource } from "../packet-source.ts";
import {
  type ByteSource,
  type FilePath,
  openFileSource,
  standardInputSource,
  withFirstBytes,
} from "./byte-source.ts";
import { decompressed, decompressorCommandOf, decompressorOf } from "./compression.ts";
import { isPcap, PCAP_HEADER_LENGTH, PcapParser, readPcapHeader } from "./pcap-format.ts";
import { createPcapParserReader } from "./pcap-parser-reader.ts";
import { isPcapng, PcapngParser } from "./pcapng-format.ts";
import type { ReaderName } from "./reader-name.ts";
import type { RecordParser } from "./record-parser.ts";
import { type FindReadRange, type ReadOutcome, readRecords } from "./record-reader.ts";
import { unsupportedFormatError } from "./unsupported-formats.ts";

export interface OpenCaptureOptions {
  /** Default: "fast". */
  readonly reader?: ReaderName;
  /** Filled by the reader "fast"; new, and owned by the source from now on. By default the source creates a block. */
  readonly block?: PacketBlock;
  /** Location of the file if the name does not show it: a name that is not UTF-8 is displayed escaped. */
  readonly path?: FilePath;
  /** Stops reading the source, whose `error` is then `interrupted`. */
  readonly signal?: AbortSignal;
  /** Where in the block's buffer the reader "fast" puts its bytes; by default the buffer has one position. */
  readonly findReadRange?: FindReadRange;
}

/** Enough to detect every format and to parse the header of a classic pcap; a header alone is a complete capture. */
const FIRST_LENGTH = PCAP_HEADER_LENGTH;
const FIRST_READ_LENGTH = 1 << 16;
/** Enough to detect the format of a flow log: a line of JSON, or the header of a TSV. */
const FLOW_LOG_LENGTH = 4096;
const FLOW_LOG_BEGINNINGS: readonly number[] = ["#", "{", "["].map((letter) => letter.charCodeAt(0));

/** An opened file or pipe, and its first bytes. */
export interface OpenedMedium {
  /** Its contents, decompressed. */
  readonly bytes: ByteSource;
  /** The bytes already read from it. */
  readonly first: Uint8Array;
  /** The program that would decompress the medium; null if it is not compressed. */
  readonly decompressorCommand: string | null;
}

/**
 * Opens a capture: a path, or "-" for standard input, compressed or not. Throws `InputError` if it cannot be opened or
 * is not a capture; later errors end up in the source's `error`.
 */
export async function openCapture(name: string, options: OpenCaptureOptions = {}): Promise<PacketSource> {
  return openCaptureIn(await openMedium(name, options.path), options);
}

/** Opens a path, or "-" for standard input, with any content. Throws `InputError` if it cannot be opened. */
export async function openMedium(name: string, path: FilePath = name): Promise<OpenedMedium> {
  const medium = name === "-" ? standardInputSource() : await openFileSource(path, name);
  try {
    return await openBytes(medium);
  } catch (error) {
    await medium.close();
    throw error;
  }
}

/** Returns the capture in a medium, and takes ownership of that. Throws `InputError` if it is not a capture. */
export async function openCaptureIn(
  { bytes, first, decompressorCommand }: OpenedMedium,
  options: OpenCaptureOptions = {},
): Promise<PacketSource> {
  try {
    const { reader = "fast", block = new PacketBlock() } = options;
    if (!beginsCapture(first)) throw unsupportedFormatError(first, bytes.name, decompressorCommand);
    const { parser, consumed } = await createParser(first, bytes.name, reader);
    // The package keeps packets in its own memory, outside of any block's buffer.
    const filled = reader === "fast" ? block : new PacketBlock();
    return new CaptureSource(bytes, first.subarray(consumed), parser, filled, options);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

/** Whether something that begins with these bytes (borrowed) is a capture. */
export function beginsCapture(first: Uint8Array): boolean {
  return isPcap(first) || isPcapng(first);
}

/** Whether something that begins with these bytes (borrowed) may be a flow log: TSV with a header, or JSON. */
function mayBeFlowLog(first: Uint8Array): boolean {
  return FLOW_LOG_BEGINNINGS.includes(first[0]);
}

/** Whether the beginning of a file, decompressed if necessary, satisfies `matches`. False if it cannot be read. */
export async function beginsWith(
  path: FilePath,
  matches: (first: Uint8Array) => boolean = beginsCapture,
): Promise<boolean> {
  let opened: OpenedMedium | null = null;
  try {
    opened = await openMedium(path.toString(), path);
    return matches(opened.first);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  } finally {
    await opened?.bytes.close();
  }
}

/** Returns `medium`, or its decompressed content. */
async function openBytes(medium: ByteSource): Promise<OpenedMedium> {
  const first = await readFirst(medium);
  const decompressor = decompressorOf(first);
  if (decompressor === null) return { bytes: medium, first, decompressorCommand: null };
  const bytes = decompressed(withFirstBytes(medium, first), decompressor);
  const inner = await readFirst(bytes);
  if (decompressorOf(inner) !== null) {
    const message = `${medium.name}: compressed twice; decompress it once and try again`;
    throw new InputError("unsupported_format", message, { source: medium.name, offset: 0 });
  }
  return { bytes, first: inner, decompressorCommand: decompressorCommandOf(first) };
}

interface OpenedParser {
  readonly parser: RecordParser;
  /** Bytes of the header. */
  readonly consumed: number;
}

async function createParser(first: Uint8Array, source: string, reader: ReaderName): Promise<OpenedParser> {
  if (reader === "pcap-parser") {
    return { parser: await createPcapParserReader(first, source), consumed: PCAP_HEADER_LENGTH };
  }
  if (isPcap(first)) {
    const header = readPcapHeader(first, source);
    return { parser: new PcapParser(header, source), consumed: PCAP_HEADER_LENGTH };
  }
  return { parser: new PcapngParser(source), consumed: 0 };
}

/** Reads the first bytes of a source: enough to detect its format, unless it ends before. */
async function readFirst(source: ByteSource): Promise<Uint8Array> {
  const buffer = new Uint8Array(FIRST_READ_LENGTH);
  let filled = 0;
  while (filled < FIRST_LENGTH || (filled < FLOW_LOG_LENGTH && mayBeFlowLog(buffer))) {
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
  readonly #block: PacketBlock;
  readonly #options: OpenCaptureOptions;
  readonly #outcome: ReadOutcome = { error: null };

  constructor(
    bytes: ByteSource,
    first: Uint8Array,
    parser: RecordParser,
    block: PacketBlock,
    options: OpenCaptureOptions,
  ) {
    this.name = bytes.name;
    this.format = parser.format;
    this.#bytes = bytes;
    this.#first = first;
    this.#parser = parser;
    this.#block = block;
    this.#options = options;
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
    const { signal = null, findReadRange = null } = this.#options;
    return readRecords(
      this.#bytes,
      this.#first,
      this.#parser,
      this.#block,
      this.#outcome,
      signal,
      findReadRange,
    );
  }
}
