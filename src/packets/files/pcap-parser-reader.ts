/**
 * The npm package pcap-parser as a second reader of classic captures (`--reader pcap-parser`), behind a guard: the
 * package receives only bytes that `PcapParser` has validated. On its own it stops silently at a truncated record, and
 * a single wrong length makes it collect the rest of the file, copying all of it for every piece that arrives.
 */
import { EventEmitter } from "node:events";
import { InputError } from "../../errors.ts";
import { type CaptureInterface, PacketBlock } from "../packet-block.ts";
import {
  PCAP_HEADER_LENGTH,
  type PcapHeader,
  PcapParser,
  RECORD_HEADER_LENGTH,
  readPcapHeader,
} from "./pcap-format.ts";
import { isPcapng } from "./pcapng-format.ts";
import { isPlausibleLength, type RecordParser } from "./record-parser.ts";
import { keepLastTime, storeTime } from "./timestamps.ts";

type Package = typeof import("pcap-parser");
type Packet = import("pcap-parser").Packet;
type Parser = import("pcap-parser").Parser;

const MICROSECONDS = 1_000_000;
const NANOSECONDS_PER_MICROSECOND = 1000;

/**
 * Loads the package as the parser of a capture that begins with `first` (borrowed). Throws `InputError` for a capture
 * that this reader does not support.
 */
export async function createPcapParserReader(first: Uint8Array, source: string): Promise<RecordParser> {
  if (isPcapng(first)) throw unreadError(source, "a pcapng");
  const header = readPcapHeader(first, source);
  if (header.unitsPerSecond !== MICROSECONDS) throw unreadError(source, "a nanosecond pcap");
  if (header.recordHeaderLength !== RECORD_HEADER_LENGTH) throw unreadError(source, "a modified pcap");
  const { parse } = await import("pcap-parser");
  return new PcapParserReader(parse, header, first.slice(0, PCAP_HEADER_LENGTH), source);
}

function unreadError(source: string, what: string): InputError {
  const message = `${source}: is ${what}; the reader pcap-parser reads classic microsecond pcap only`;
  return new InputError("unsupported_format", `${message}, --reader fast reads it`, { source, offset: 0 });
}

class PcapParserReader implements RecordParser {
  readonly format = "pcap";
  readonly #guard: PcapParser;
  /** The guard's result for the same bytes: checked lengths, and the number of records expected. */
  readonly #checked = new PacketBlock();
  readonly #stream = new QuietStream();
  readonly #parser: Parser;
  readonly #interface: CaptureInterface;
  #isDescribed = false;
  /** Packets are copied here: the package's memory is not a block's buffer. */
  #copy = new Uint8Array(0);
  #copied = 0;
  #block = this.#checked;

  constructor(parse: Package["parse"], header: PcapHeader, first: Uint8Array, source: string) {
    this.#guard = new PcapParser(header, source, { readsJoined: false });
    this.#parser = parse(this.#stream);
    this.#interface = {
      linkType: header.linkType,
      name: null,
      fcsLength: header.fcsLength,
      timeDigits: 6,
      packets: 0,
      dropped: null,
    };
    this.#parser.on("packet", (packet: Packet) => this.#append(packet));
    this.#feed(first);
  }

  get error(): InputError | null {
    return this.#guard.error;
  }

  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    if (!this.#isDescribed) {
      block.interfaces.push(this.#interface);
      this.#isDescribed = true;
    }
    this.#checked.count = block.count;
    const consumed = this.#guard.parse(bytes, offset, end, this.#checked);
    if (this.#copy.length < consumed) this.#copy = new Uint8Array(consumed);
    this.#copied = 0;
    this.#block = block;
    block.bytes = this.#copy;
    if (consumed > 0) this.#feed(bytes.subarray(offset, offset + consumed));
    keepLastTime(block);
    if (block.count !== this.#checked.count) {
      throw new Error(`pcap-parser returned ${block.count} records, expected ${this.#checked.count}`);
    }
    return consumed;
  }

  finish(bytes: Uint8Array, offset: number, end: number): InputError | null {
    return this.#guard.finish(bytes, offset, end);
  }

  /** Passes complete records (borrowed): nothing is left over that the package would join. */
  #feed(bytes: Uint8Array): void {
    // Otherwise it would copy them into a `new Buffer`, for which Node prints a warning.
    this.#parser.buffer = null;
    this.#stream.emit("data", Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  }

  #append({ header, data }: Packet): void {
    const block = this.#block;
    const row = block.count++;
    const nanoseconds = header.timestampMicroseconds * NANOSECONDS_PER_MICROSECOND;
    storeTime(header.timestampSeconds, nanoseconds, block, row);
    if (!isPlausibleLength(data.length, header.originalLength)) block.implausibleLengths++;
    this.#copy.set(data, this.#copied);
    block.offsets[row] = this.#copied;
    block.capturedLengths[row] = data.length;
    block.originalLengths[row] = header.originalLength;
    block.interfaceIds[row] = 0;
    block.hostMarks[row] = 0;
    this.#copied += data.length;
    this.#interface.packets++;
  }
}

/** The package's input stream: it is fed when bytes are available, and ignores backpressure. */
class QuietStream extends EventEmitter {
  pause(): void {}
  resume(): void {}
}
