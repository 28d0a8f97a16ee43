/**
 * The processes that a pcapng names: by Apple's Process Information Block or Wireshark's custom block of the same content, and
 * what the options of Enhanced Packet Blocks say of a packet (`packet-options.ts`).
 *
 *   Apple's block, 0x80000001:  | type | total length | process number | options: 2 = name, 4 = UUID | total length again |
 *   Wireshark's, 0x00000bad:    | type | total length | 32622 | entry type: 3 | entry length | process number | options ... |
 *
 * Apple's is in the byte order of the section (apple-oss-distributions libpcap-144, `pcap-ng.h`); of Wireshark's, what stands
 * behind its enterprise number is little-endian (wireshark `wiretap/pcapng-wireshark-custom.c`). Packets refer to Apple's by
 * index, counted from 0 in a section as they appear, and to either by process number. A block that has not appeared yet is none.
 */
import { readUint32, readUint32LittleEndian } from "../../net/byte-reads.ts";
import { withProcess } from "../../net/host-mark.ts";
import { type ProcessIdentity, ProcessList } from "../captured-process.ts";
import type { PacketBlock } from "../packet-block.ts";
import type { CommentFacts } from "./comment-process.ts";
import * as Block from "./pcapng-blocks.ts";
import { readProcessOptions } from "./pcapng-options.ts";

/** Apple's libpcap writes it for "not known". */
const UNKNOWN_PID = 0xffff_ffff;
/** Enterprise number of the Wireshark Foundation, and what its custom blocks hold of a process. */
const WIRESHARK = 32_622;
const PROCESS_ENTRY = 3;
/** What of a process's name one capture may show and another one may not (xnu: MAXCOMLEN with or without the closing NUL). */
const CUT_LENGTH = 15;

/** Blocks that one section has at most; those behind them are not known. */
export const MAX_PROCESS_BLOCKS = 65_536;

/** A process of this section, and its numbers in the packet block so far. */
interface SectionProcess extends ProcessIdentity {
  /** By whose helper it is; itself where it has none. Made when a packet asks. */
  readonly ids: Map<SectionProcess, number>;
  /** Of its blocks, as packets count them. */
  readonly indexes: number[];
}

/** The processes of one capture; which index means which begins anew in each section. */
export class PcapngProcesses {
  /** Of each of Apple's blocks of this section; null where it names none. */
  readonly #blocks: (SectionProcess | null)[] = [];
  readonly #byPid = new Map<number, SectionProcess>();
  #customBlocks = 0;
  readonly #list = new ProcessList();

  /** A section begins: what its packets refer to is still to come. */
  beginSection(): void {
    this.#blocks.length = 0;
    this.#byPid.clear();
    this.#customBlocks = 0;
  }

  /** Whether this section has blocks of Apple's, so that options for local use are Apple's, too. */
  get areApples(): boolean {
    return this.#blocks.length > 0;
  }

  /** Takes over Apple's block at `offset` of which `length` bytes are there; `bytes` is borrowed. */
  addBlock(
    bytes: Uint8Array,
    offset: number,
    length: number,
    littleEndian: boolean,
    block: PacketBlock,
  ): void {
    if (this.#blocks.length >= MAX_PROCESS_BLOCKS) {
      block.processesForgotten++;
      return;
    }
    const end = offset + length - Block.BLOCK_TRAILER_LENGTH;
    const process = this.#read(bytes, offset + Block.PROCESS_NUMBER_OFFSET, end, littleEndian);
    process?.indexes.push(this.#blocks.length);
    this.#blocks.push(process);
  }

  /** Takes over a custom block if it is Wireshark's for a process. As `addBlock`. */
  addCustomBlock(
    bytes: Uint8Array,
    offset: number,
    length: number,
    littleEndian: boolean,
    block: PacketBlock,
  ): void {
    const end = offset + length - Block.BLOCK_TRAILER_LENGTH;
    const data = offset + Block.CUSTOM_DATA_OFFSET;
    if (end - data < Block.CUSTOM_ENTRY_HEADER_LENGTH) return;
    const read = littleEndian ? readUint32LittleEndian : readUint32;
    if (read(bytes, offset + Block.ENTERPRISE_OFFSET) !== WIRESHARK) return;
    if (readUint32LittleEndian(bytes, data) !== PROCESS_ENTRY) return;
    if (this.#customBlocks >= MAX_PROCESS_BLOCKS) {
      block.processesForgotten++;
      return;
    }
    this.#customBlocks++;
    const entry = data + Block.CUSTOM_ENTRY_HEADER_LENGTH;
    this.#read(bytes, entry, Math.min(entry + readUint32LittleEndian(bytes, data + 4), end), true);
  }

  /**
   * The mark with the process that a packet is for: the effective one (an index), else the process (an index), else that of a
   * number, else that of its comment. `undefined`: not told.
   */
  withProcess(
    mark: number,
    process: number | undefined,
    effective: number | undefined,
    pid: number | undefined,
    comment: CommentFacts | null,
    block: PacketBlock,
  ): number {
    const own = process === undefined ? null : (this.#blocks[process] ?? null);
    const other = effective === undefined ? null : (this.#blocks[effective] ?? null);
    const byPid = pid === undefined ? null : (this.#byPid.get(pid) ?? null);
    const named = other ?? own ?? byPid;
    if (named !== null) {
      return withProcess(mark, this.#idOf(named, other === null || own === other ? null : own, block));
    }
    if (comment === null || comment.process === null) return mark;
    return withProcess(mark, this.#add(comment.process, comment.helper, block));
  }

  #idOf(process: SectionProcess, helper: SectionProcess | null, block: PacketBlock): number {
    const known = process.ids.get(helper ?? process);
    if (known !== undefined) return known;
    const id = this.#add(process, helper, block);
    process.ids.set(helper ?? process, id);
    return id;
  }

  #add(process: ProcessIdentity, helper: ProcessIdentity | null, block: PacketBlock): number {
    const id = this.#list.idOf(process, helper === null ? null : identityOf(helper), block.processes);
    if (id === 0) block.processesForgotten++;
    return id;
  }

  /** A process number with options behind it. */
  #read(bytes: Uint8Array, offset: number, end: number, littleEndian: boolean): SectionProcess | null {
    if (end - offset < Block.PROCESS_NUMBER_LENGTH) return null;
    const pid = littleEndian ? readUint32LittleEndian(bytes, offset) : readUint32(bytes, offset);
    if (pid === UNKNOWN_PID) return null;
    const options = readProcessOptions(bytes, offset + Block.PROCESS_NUMBER_LENGTH, end, littleEndian);
    if (options.name === null) return null;
    return this.#join({ name: options.name, pid, uuid: options.uuid, ids: new Map(), indexes: [] });
  }

  /**
   * One process may have several blocks: with and without a UUID, with its name cut at 15 characters and at 16. They are one, by
   * its longest name.
   */
  #join(named: SectionProcess): SectionProcess {
    const pid = named.pid ?? UNKNOWN_PID;
    const before = this.#byPid.get(pid);
    if (before === undefined || !isSame(before, named)) {
      this.#byPid.set(pid, named);
      return named;
    }
    const name = before.name.length >= named.name.length ? before.name : named.name;
    const uuid = before.uuid ?? named.uuid;
    if (name === before.name && uuid === before.uuid) return before;
    const joined: SectionProcess = { name, pid, uuid, ids: new Map(), indexes: before.indexes };
    this.#byPid.set(pid, joined);
    for (const index of before.indexes) this.#blocks[index] = joined;
    return joined;
  }
}

function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  if (one.uuid !== null && other.uuid !== null && one.uuid !== other.uuid) return false;
  if (one.name === other.name) return true;
  const [short, long] = one.name.length < other.name.length ? [one.name, other.name] : [other.name, one.name];
  return short.length === CUT_LENGTH && long.length === CUT_LENGTH + 1 && long.startsWith(short);
}

function identityOf({ name, pid, uuid }: ProcessIdentity): ProcessIdentity {
  return { name, pid, uuid };
}
