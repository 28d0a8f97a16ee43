/**
 * Reads and writes the mark of a packet (`net/host-mark.ts`) in the options of an Enhanced Packet Block:
 *
 *   of pcapng:         1 comment | 2 flags: the direction in bits 0-1 | 8 numbers of the process and the thread
 *   for local use,     0x8001 index of the process | 0x8002 service class | 0x8003 index of the effective process
 *   here Apple's:      0x8007 why the kernel dropped the packet (apple-oss-distributions libpcap-144, `pcap-ng.h`)
 *
 * Codes for local use are ambiguous: they are taken as Apple's in sections that Darwin wrote or that contain Apple's
 * process blocks. Nothing in options is an error.
 */
import {
  readUint16,
  readUint16LittleEndian,
  readUint32,
  readUint32LittleEndian,
} from "../../net/byte-reads.ts";
import { Direction, directionOf, MARK_DROPPED, markOf, serviceClassOf } from "../../net/host-mark.ts";
import type { PacketBlock } from "../packet-block.ts";
import { type CommentFacts, readComment } from "./comment-process.ts";
import type { PcapngSection } from "./pcapng-section.ts";

const END_OF_OPTIONS = 0;
const OPTION_HEADER_LENGTH = 4;
const COMMENT = 1;
const FLAGS = 2;
const PROCESS_AND_THREAD = 8;
const PROCESS = 0x8001;
const SERVICE_CLASS = 0x8002;
const EFFECTIVE_PROCESS = 0x8003;
const DROP_REASON = 0x8007;
const NUMBER_LENGTH = 4;
const PROCESS_AND_THREAD_LENGTH = 8;

/**
 * Returns the mark of a packet from the options in `bytes[offset .. end - 1]` (borrowed) of its block; 0 if they
 * contain none.
 */
export function readMark(
  bytes: Uint8Array,
  offset: number,
  end: number,
  section: PcapngSection,
  block: PacketBlock,
): number {
  const read = section.littleEndian ? readUint16LittleEndian : readUint16;
  const readNumber = section.littleEndian ? readUint32LittleEndian : readUint32;
  let process: number | undefined;
  let effective: number | undefined;
  let pid: number | undefined;
  let comment: CommentFacts | null = null;
  let flags = 0;
  let serviceClass = 0;
  let isDropped = false;
  let cursor = offset;
  while (end - cursor >= OPTION_HEADER_LENGTH) {
    const code = read(bytes, cursor);
    const length = read(bytes, cursor + 2);
    const value = cursor + OPTION_HEADER_LENGTH;
    if (code === END_OF_OPTIONS || end - value < length) break;
    if (code === COMMENT) comment ??= readComment(bytes, value, length);
    else if (code === PROCESS_AND_THREAD && length === PROCESS_AND_THREAD_LENGTH)
      pid = readNumber(bytes, value);
    else if (length === NUMBER_LENGTH) {
      if (code === FLAGS) flags = readNumber(bytes, value);
      else if (code === PROCESS) process = readNumber(bytes, value);
      else if (code === EFFECTIVE_PROCESS) effective = readNumber(bytes, value);
      else if (code === SERVICE_CLASS && section.hasAppleOptions) serviceClass = readNumber(bytes, value);
      else if (code === DROP_REASON && section.hasAppleOptions) isDropped = true;
    }
    cursor = value + ((length + 3) & ~3);
  }
  const direction = directionOf(flags);
  let mark = markOf(
    0,
    isDirection(direction) ? direction : (comment?.direction ?? Direction.UNKNOWN),
    serviceClass === 0 ? (comment?.serviceClass ?? 0) : serviceClass,
  );
  if (isDropped) {
    mark |= MARK_DROPPED;
    block.told.drops = true;
  }
  mark = section.processes.withProcess(mark, process, effective, pid, comment, block);
  if (mark !== 0) block.told.marks = true;
  return mark;
}

function isDirection(bits: number): boolean {
  return bits === Direction.IN || bits === Direction.OUT;
}

/** Maximum bytes that `writeMark` writes. */
export const MAX_MARK_LENGTH = 44;

/**
 * Writes a mark as little-endian options to the beginning of `out` and returns their length. `process` and `effective`
 * are indexes in the file being written; -1: none.
 */
export function writeMark(out: Buffer, mark: number, process: number, effective: number): number {
  let at = 0;
  const put = (code: number, value: number) => {
    out.writeUInt16LE(code, at);
    out.writeUInt16LE(NUMBER_LENGTH, at + 2);
    out.writeUInt32LE(value, at + OPTION_HEADER_LENGTH);
    at += OPTION_HEADER_LENGTH + NUMBER_LENGTH;
  };
  const serviceClass = serviceClassOf(mark);
  if (directionOf(mark) !== Direction.UNKNOWN) put(FLAGS, directionOf(mark));
  if (process >= 0) put(PROCESS, process);
  if (serviceClass > 0) put(SERVICE_CLASS, serviceClass);
  if (effective >= 0) put(EFFECTIVE_PROCESS, effective);
  if ((mark & MARK_DROPPED) !== 0) put(DROP_REASON, 0);
  if (at === 0) return 0;
  out.writeUInt32LE(END_OF_OPTIONS, at);
  return at + OPTION_HEADER_LENGTH;
}
