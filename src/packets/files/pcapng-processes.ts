/**
 * The processes that a pcapng names: Apple's Process Information Block and the options of Enhanced Packet Blocks
 * (apple-oss-distributions libpcap-144, `pcap-ng.h` and `pcap-darwin.c`). In the byte order of the section:
 *
 *   block 0x80000001:  | type | total length | process number | options: 2 = name | total length again |
 *   packet options:    1 = comment, 0x8001 = index of the process, 0x8003 = index of the effective one (32 bits each)
 *
 * Indexes count the blocks of a section from 0 as they appear; a packet that refers to one that has not appeared yet
 * names nothing. Both numbers are for local use, so that anything else may stand behind them, and nothing in them is
 * an error.
 */
import {
  readUint16,
  readUint16LittleEndian,
  readUint32,
  readUint32LittleEndian,
} from "../../net/byte-reads.ts";
import type { PacketBlock } from "../packet-block.ts";
import { readCommentProcess } from "./comment-process.ts";
import * as Block from "./pcapng-blocks.ts";
import { readProcessName } from "./pcapng-options.ts";

const END_OF_OPTIONS = 0;
const COMMENT_OPTION = 1;
const PROCESS_OPTION = 0x8001;
const EFFECTIVE_PROCESS_OPTION = 0x8003;
const OPTION_HEADER_LENGTH = 4;
const INDEX_LENGTH = 4;
/** Apple's libpcap writes it for "not known". */
const UNKNOWN_PID = 0xffff_ffff;

/** Different names that a capture has at most: the bound of what they cost in memory, over all sections. */
export const MAX_PROCESS_NAMES = 65_536;
/** Blocks that one section has at most; those behind them are not known. */
export const MAX_PROCESS_BLOCKS = 65_536;

/** The processes of one capture; which index means which begins anew in each section. */
export class PcapngProcesses {
  /** Of each block of this section: its id in the packet block's `processes`, 0 for none. */
  readonly #ids: number[] = [];
  readonly #idOf = new Map<string, number>();

  /** A section begins: what its packets refer to is still to come. */
  beginSection(): void {
    this.#ids.length = 0;
  }

  /** Takes over the Process Information Block at `offset` of which `length` bytes are there; `bytes` is borrowed. */
  addBlock(
    bytes: Uint8Array,
    offset: number,
    length: number,
    littleEndian: boolean,
    block: PacketBlock,
  ): void {
    if (this.#ids.length >= MAX_PROCESS_BLOCKS) {
      block.processesForgotten++;
      return;
    }
    this.#ids.push(this.#idOfBlock(bytes, offset, length, littleEndian, block));
  }

  /**
   * The id of the process that a packet is for by the options in `bytes[offset .. end - 1]` (borrowed) of its block,
   * 0 for none: the effective process, else the process, else that of a comment.
   */
  idOfPacket(
    bytes: Uint8Array,
    offset: number,
    end: number,
    littleEndian: boolean,
    block: PacketBlock,
  ): number {
    const read = littleEndian ? readUint16LittleEndian : readUint16;
    let process = 0;
    let effective = 0;
    let comment = 0;
    let cursor = offset;
    while (end - cursor >= OPTION_HEADER_LENGTH) {
      const code = read(bytes, cursor);
      const length = read(bytes, cursor + 2);
      const value = cursor + OPTION_HEADER_LENGTH;
      if (code === END_OF_OPTIONS || end - value < length) break;
      if (code === COMMENT_OPTION) comment ||= this.#idOfComment(bytes, value, length, block);
      else if (code === PROCESS_OPTION) process = this.#idAt(bytes, value, length, littleEndian);
      else if (code === EFFECTIVE_PROCESS_OPTION) effective = this.#idAt(bytes, value, length, littleEndian);
      cursor = value + ((length + 3) & ~3);
    }
    return effective || process || comment;
  }

  #idOfBlock(
    bytes: Uint8Array,
    offset: number,
    length: number,
    littleEndian: boolean,
    block: PacketBlock,
  ): number {
    if (length < Block.PROCESS_BLOCK_LENGTH) return 0;
    const read = littleEndian ? readUint32LittleEndian : readUint32;
    if (read(bytes, offset + Block.PROCESS_NUMBER_OFFSET) === UNKNOWN_PID) return 0;
    const end = offset + length - Block.BLOCK_TRAILER_LENGTH;
    const name = readProcessName(bytes, offset + Block.PROCESS_OPTIONS_OFFSET, end, littleEndian);
    return name === null ? 0 : this.#idOfName(name, block);
  }

  #idAt(bytes: Uint8Array, offset: number, length: number, littleEndian: boolean): number {
    if (length !== INDEX_LENGTH) return 0;
    const index = littleEndian ? readUint32LittleEndian(bytes, offset) : readUint32(bytes, offset);
    return index < this.#ids.length ? this.#ids[index] : 0;
  }

  #idOfComment(bytes: Uint8Array, offset: number, length: number, block: PacketBlock): number {
    const name = readCommentProcess(bytes, offset, length);
    return name === null ? 0 : this.#idOfName(name, block);
  }

  #idOfName(name: string, block: PacketBlock): number {
    const known = this.#idOf.get(name);
    if (known !== undefined) return known;
    if (this.#idOf.size >= MAX_PROCESS_NAMES) {
      block.processesForgotten++;
      return 0;
    }
    const id = block.processes.push(name) - 1;
    this.#idOf.set(name, id);
    return id;
  }
}
