/**
 * Processes in a pcapng: named by Apple's Process Information Block or Wireshark's equivalent custom block, and
 * referred to by options of Enhanced Packet Blocks (`packet-options.ts`).
 *
 *   Apple's block, 0x80000001:  | type | total length | process number | options: 2 = name, 4 = UUID | total length again |
 *   Wireshark's, 0x00000bad:    | type | total length | 32622 | entry type: 3 | entry length | process number | options ... |
 *
 * Apple's is in the section's byte order (apple-oss-distributions libpcap-144, `pcap-ng.h`); Wireshark's is
 * little-endian after the enterprise number (wireshark `wiretap/pcapng-wireshark-custom.c`). Packets refer to Apple's
 * by index, counted from 0 within a section in order of appearance, and to either by process number. References to
 * later blocks are ignored.
 */
import { readUint32, readUint32LittleEndian } from "../../net/byte-reads.ts";
import { withProcess } from "../../net/host-mark.ts";
import { type ProcessIdentity, ProcessList } from "../captured-process.ts";
import type { PacketBlock } from "../packet-block.ts";
import type { CommentFacts } from "./comment-process.ts";
import * as Block from "./pcapng-blocks.ts";
import { readProcessOptions } from "./pcapng-options.ts";

/** Apple's libpcap writes this for "unknown". */
const UNKNOWN_PID = 0xffff_ffff;
/** Enterprise number of the Wireshark Foundation, and its entry type for processes. */
const WIRESHARK = 32_622;
const PROCESS_ENTRY = 3;
/**
 * Length from which one capture may have truncated a name that another one has not (xnu: MAXCOMLEN with or without the
 * final NUL).
 */
const TRUNCATED_NAME_LENGTH = 15;

/** Maximum blocks of one section; further ones are ignored. */
export const MAX_PROCESS_BLOCKS = 65_536;

/** A process of this section, and its ids in the packet block so far. */
interface SectionProcess extends ProcessIdentity {
  /** Ids by helper; the process itself if it has none. Created when a packet needs them. */
  readonly ids: Map<SectionProcess, number>;
  /** Indexes of its blocks, as used by packets. */
  readonly indexes: number[];
}

/** The processes of one capture. Indexes restart in each section. */
export class PcapngProcesses {
  /** For each of Apple's blocks of this section; null if it names no process. */
  readonly #blocks: (SectionProcess | null)[] = [];
  readonly #byPid = new Map<number, SectionProcess>();
  #customBlocks = 0;
  readonly #list = new ProcessList();

  /** Begins a section, which has no processes yet. */
  beginSection(): void {
    this.#blocks.length = 0;
    this.#byPid.clear();
    this.#customBlocks = 0;
  }

  /** Whether this section has Apple's blocks, so that options for local use are Apple's too. */
  get hasAppleBlocks(): boolean {
    return this.#blocks.length > 0;
  }

  /** Adds Apple's block at `offset`, of which `length` bytes are present; `bytes` is borrowed. */
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

  /** Adds a custom block if it is Wireshark's for a process. Like `addBlock`. */
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
   * Returns the mark with the process of a packet: the effective one (an index), else the process (an index), else the
   * one with a process number, else the one in its comment. `undefined`: not given.
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

  /** Reads a process number and the options after it. */
  #read(bytes: Uint8Array, offset: number, end: number, littleEndian: boolean): SectionProcess | null {
    if (end - offset < Block.PROCESS_NUMBER_LENGTH) return null;
    const pid = littleEndian ? readUint32LittleEndian(bytes, offset) : readUint32(bytes, offset);
    if (pid === UNKNOWN_PID) return null;
    const options = readProcessOptions(bytes, offset + Block.PROCESS_NUMBER_LENGTH, end, littleEndian);
    if (options.name === null) return null;
    return this.#join({ name: options.name, pid, uuid: options.uuid, ids: new Map(), indexes: [] });
  }

  /**
   * Merges blocks of one process: with and without a UUID, with its name truncated at 15 and at 16 characters. Keeps
   * its longest name.
   */
  #join(named: SectionProcess): SectionProcess {
    const pid = named.pid ?? UNKNOWN_PID;
    const earlier = this.#byPid.get(pid);
    if (earlier === undefined || !isSame(earlier, named)) {
      this.#byPid.set(pid, named);
      return named;
    }
    const name = earlier.name.length >= named.name.length ? earlier.name : named.name;
    const uuid = earlier.uuid ?? named.uuid;
    if (name === earlier.name && uuid === earlier.uuid) return earlier;
    const joined: SectionProcess = { name, pid, uuid, ids: new Map(), indexes: earlier.indexes };
    this.#byPid.set(pid, joined);
    for (const index of earlier.indexes) this.#blocks[index] = joined;
    return joined;
  }
}

function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  if (one.uuid !== null && other.uuid !== null && one.uuid !== other.uuid) return false;
  if (one.name === other.name) return true;
  const [short, long] = one.name.length < other.name.length ? [one.name, other.name] : [other.name, one.name];
  return (
    short.length === TRUNCATED_NAME_LENGTH &&
    long.length === TRUNCATED_NAME_LENGTH + 1 &&
    long.startsWith(short)
  );
}

function identityOf({ name, pid, uuid }: ProcessIdentity): ProcessIdentity {
  return { name, pid, uuid };
}
