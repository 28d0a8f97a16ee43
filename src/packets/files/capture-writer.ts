/**
 * Writes packets of blocks as one pcapng to any destination: with their interfaces, link types, lengths and times, the
 * capturing host's metadata, and comments.
 */
import { NO_TIME } from "../../net/moment.ts";
import type { CaptureInterface, PacketBlock } from "../packet-block.ts";
import {
  encodeComment,
  encodeInterface,
  encodeSectionHeader,
  encodeStatistics,
  packetBlockLength,
  simplePacketLength,
  writePacket,
  writeSimplePacket,
} from "./pcapng-writer.ts";
import { SavedProcesses } from "./saved-processes.ts";

const APPLICATION = "appleflow";
const BUFFER_LENGTH = 1 << 20;

export class CaptureWriter {
  /** Packets so far. */
  packets = 0;
  /** Comments dropped because packets without a time are written in blocks that have no options. */
  lostComments = 0;
  readonly #write: (bytes: Uint8Array) => void;
  #buffer = Buffer.alloc(BUFFER_LENGTH);
  #filled = 0;
  /** Numbers of interfaces in the file. */
  readonly #numbers = new Map<CaptureInterface, number>();
  /** Number of interfaces written per source: all of them, used or not, so that a copy describes itself equally. */
  readonly #described = new Map<readonly CaptureInterface[], number>();
  readonly #processes = new SavedProcesses((bytes) => this.#add(bytes));
  /** The time of the last packet that had one. */
  #seconds = 0;
  #nanoseconds = 0;

  /**
   * Writes once a megabyte is buffered, and in `finish`. Throws errors of `write`.
   *
   * @param write receives bytes, borrowed for the call
   */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
    this.#add(encodeSectionHeader(APPLICATION));
  }

  /** Adds the interfaces of a source that have not been added yet. */
  describe(interfaces: readonly CaptureInterface[]): void {
    const known = this.#described.get(interfaces) ?? 0;
    if (known === interfaces.length) return;
    for (const described of interfaces.slice(known)) {
      if (this.#numbers.has(described)) continue;
      this.#numbers.set(described, this.#numbers.size);
      this.#add(encodeInterface(described));
    }
    this.#described.set(interfaces, interfaces.length);
  }

  /** Adds the packet of a row of a block (borrowed for the call), whose interfaces have been described. */
  add(block: PacketBlock, row: number, comment: string | null): void {
    const described = block.interfaces[block.interfaceIds[row]];
    const id = this.#numbers.get(described) ?? 0;
    this.packets++;
    if (block.nanoseconds[row] === NO_TIME && this.#addSimple(block, row, id)) {
      if (comment !== null) this.lostComments++;
      return;
    }
    const hasTime = block.nanoseconds[row] !== NO_TIME;
    if (hasTime) {
      this.#seconds = block.seconds[row];
      this.#nanoseconds = block.nanoseconds[row];
    }
    const marks = this.#processes.optionsOf(block.hostMarks[row], block.processes);
    const options = comment === null ? marks : encodeComment(comment, marks);
    const captured = block.capturedLengths[row];
    this.#reserve(packetBlockLength(captured, options.length));
    this.#filled = writePacket(
      this.#buffer,
      this.#filled,
      id,
      block.bytes,
      block.offsets[row],
      captured,
      block.originalLengths[row],
      this.#seconds,
      this.#nanoseconds,
      described.timeDigits,
      options,
    );
  }

  /** Adds interfaces described after the last packets, and drop counts. Nothing may be added afterwards. */
  finish(): void {
    for (const interfaces of this.#described.keys()) this.describe(interfaces);
    for (const [{ dropped }, id] of this.#numbers) {
      if (dropped !== null) this.#add(encodeStatistics(id, dropped));
    }
    this.#flush();
  }

  /**
   * Adds a packet without a time as a Simple Packet Block, which is only possible if it is complete and of the first
   * interface.
   */
  #addSimple(block: PacketBlock, row: number, id: number): boolean {
    const captured = block.capturedLengths[row];
    if (id !== 0 || captured !== block.originalLengths[row] || block.hostMarks[row] !== 0) return false;
    this.#reserve(simplePacketLength(captured));
    this.#filled = writeSimplePacket(this.#buffer, this.#filled, block.bytes, block.offsets[row], captured);
    return true;
  }

  #add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  #reserve(length: number): void {
    if (this.#filled + length <= this.#buffer.length) return;
    this.#flush();
    if (length > this.#buffer.length) this.#buffer = Buffer.alloc(length);
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }
}
