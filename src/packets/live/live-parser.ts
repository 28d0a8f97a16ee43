/**
 * Cuts what one run of a capturing program writes into records. A live source may have many runs: each is an interface
 * of its own where the link type has changed, and the same one where not.
 */
import type { InputError } from "../../errors.ts";
import { type PcapHeader, PcapParser } from "../files/pcap-format.ts";
import type { RecordParser } from "../files/record-parser.ts";
import type { CaptureInterface, PacketBlock } from "../packet-block.ts";

/** The records of one run as rows of the live source's interface. */
export class LiveParser implements RecordParser {
  readonly format = "pcap";
  readonly #parser: PcapParser;
  readonly #interface: CaptureInterface;
  readonly #interfaceId: number;
  #isFirst = true;

  /** @param interfaces Of the live source's block; gets the run's interface unless it is the last one already. */
  constructor(header: PcapHeader, name: string, interfaces: CaptureInterface[]) {
    this.#parser = new PcapParser(header, name, { readsJoined: false });
    const last = interfaces.at(-1);
    if (last !== undefined && last.linkType === header.linkType) this.#interface = last;
    else {
      this.#interface = {
        linkType: header.linkType,
        name,
        fcsLength: header.fcsLength,
        timeDigits: 6,
        packets: 0,
        dropped: null,
      };
      interfaces.push(this.#interface);
    }
    this.#interfaceId = interfaces.length - 1;
  }

  get error(): InputError | null {
    return this.#parser.error;
  }

  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    const first = block.count;
    const consumed = this.#parser.parse(bytes, offset, end, block);
    if (this.#isFirst) {
      // A parser of a file describes its only interface itself; ours outlives it.
      block.interfaces.pop();
      this.#isFirst = false;
    }
    this.#interface.packets += block.count - first;
    if (this.#interfaceId > 0) block.interfaceIds.fill(this.#interfaceId, first, block.count);
    return consumed;
  }

  finish(bytes: Uint8Array, offset: number, end: number): InputError | null {
    return this.#parser.finish(bytes, offset, end);
  }
}
