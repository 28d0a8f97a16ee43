/**
 * Splits the output of one run of a capture program into records, as pcap or pcapng by its first bytes. A live source
 * may have many runs: an interface with the name and link type of an earlier one is the same interface.
 */
import type { InputError } from "../../errors.ts";
import { isPcap, PCAP_HEADER_LENGTH, PcapParser, readPcapHeader } from "../files/pcap-format.ts";
import { isPcapng, PcapngParser } from "../files/pcapng-format.ts";
import type { RecordParser } from "../files/record-parser.ts";
import type { CaptureInterface, PacketBlock } from "../packet-block.ts";
import type { SourceKind } from "./live-source.ts";
import { unreadableError } from "./run-start.ts";

/** The records of one run as rows of the live source's interfaces. */
export class LiveParser implements RecordParser {
  readonly #name: string;
  readonly #backend: SourceKind;
  #parser: RecordParser | null = null;
  #error: InputError | null = null;

  /** @param name of the interface, if the run does not contain one */
  constructor(name: string, backend: SourceKind) {
    this.#name = name;
    this.#backend = backend;
  }

  get format(): "pcap" | "pcapng" {
    return this.#parser?.format ?? "pcap";
  }

  get error(): InputError | null {
    return this.#error ?? this.#parser?.error ?? null;
  }

  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    if (this.#parser !== null) return this.#parser.parse(bytes, offset, end, block);
    if (end - offset < PCAP_HEADER_LENGTH) return 0;
    const first = bytes.subarray(offset, offset + PCAP_HEADER_LENGTH);
    if (isPcapng(first)) {
      this.#parser = new PcapngParser(this.#name, { isLive: true });
      return this.#parser.parse(bytes, offset, end, block);
    }
    if (!isPcap(first)) {
      this.#error = unreadableError(first, this.#name, this.#backend);
      return 0;
    }
    const parser = new PcapRun(this.#name, first, block.interfaces);
    this.#parser = parser;
    return PCAP_HEADER_LENGTH + parser.parse(bytes, offset + PCAP_HEADER_LENGTH, end, block);
  }

  finish(bytes: Uint8Array, offset: number, end: number, skipped: number): InputError | null {
    return this.#parser?.finish(bytes, offset, end, skipped) ?? null;
  }
}

/** A run in pcap, from after its header. */
class PcapRun implements RecordParser {
  readonly format = "pcap";
  readonly #parser: PcapParser;
  readonly #interface: CaptureInterface;
  readonly #interfaceId: number;
  #isFirst = true;

  /** @param header its bytes, borrowed. Adds the run's interface to `interfaces` unless it is there. */
  constructor(name: string, header: Uint8Array, interfaces: CaptureInterface[]) {
    const { linkType, fcsLength, ...others } = readPcapHeader(header, name);
    this.#parser = new PcapParser({ linkType, fcsLength, ...others }, name, { readsConcatenated: false });
    const known = interfaces.findIndex((one) => one.linkType === linkType && one.name === name);
    this.#interfaceId = known < 0 ? interfaces.length : known;
    if (known < 0) interfaces.push({ linkType, name, fcsLength, timeDigits: 6, packets: 0, dropped: null });
    this.#interface = interfaces[this.#interfaceId];
  }

  get error(): InputError | null {
    return this.#parser.error;
  }

  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    const first = block.count;
    const consumed = this.#parser.parse(bytes, offset, end, block);
    if (this.#isFirst) {
      // A file's parser describes its only interface itself; this one outlives it.
      block.interfaces.pop();
      this.#isFirst = false;
    }
    this.#interface.packets += block.count - first;
    block.interfaceIds.fill(this.#interfaceId, first, block.count);
    return consumed;
  }

  finish(bytes: Uint8Array, offset: number, end: number): InputError | null {
    return this.#parser.finish(bytes, offset, end);
  }
}
