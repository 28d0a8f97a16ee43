/** Saves packets of sources as pcapng: in one file, or in a ring of files whose oldest ones are deleted. */
import { rmSync } from "node:fs";
import { InputError, reasonOf, systemErrorCode } from "../../errors.ts";
import type { CaptureInterface, PacketBlock } from "../packet-block.ts";
import type { PacketSource } from "../packet-source.ts";
import {
  encodeInterface,
  encodeSectionHeader,
  encodeStatistics,
  packetBlockLength,
  writePacket,
} from "./pcapng-writer.ts";
import { type Ring, type RingFile, ringFileName, ringFiles } from "./ring-files.ts";
import { SavedFile } from "./saved-file.ts";
import { SavedProcesses } from "./saved-processes.ts";

const APPLICATION = "appleflow";
const BUFFER_LENGTH = 1 << 20;
/** Packets are passed to the system in pieces of about this length: on a full disk this shows what still fits. */
const PIECE_LENGTH = 1 << 14;
/** The disk, or the user's quota, is exhausted. */
const NO_ROOM: readonly (string | undefined)[] = ["ENOSPC", "EDQUOT"];

/**
 * Writes packets to a file in order of arrival. A packet keeps its interface, link type, lengths and time, and the
 * capturing host's metadata: direction, process and effective process, service class. The creator must call `close`.
 *
 * A file is called `NAME.part` until it is complete; an existing file stays until then. If the disk is full, a ring
 * deletes its oldest files; if that does not help, or on any other error, saving stops: this is reported once, and
 * later packets are counted.
 *
 * @example
 * ```ts
 * import { monitor, openLive, SavedCapture } from "appleflow";
 *
 * const saved = new SavedCapture("live.pcapng", { files: 10, bytes: 100e6 }, console.error);
 * try {
 *   await monitor([await openLive("en0", "auto")], { sink: saved, onInterval: () => undefined });
 * } finally {
 *   await saved.close();
 * }
 * ```
 */
export class SavedCapture {
  /** Packets that were not saved. */
  lostPackets = 0;
  readonly #file: string;
  readonly #ring: Ring | null;
  readonly #onTrouble: (message: string) => void;
  readonly #buffer = Buffer.alloc(BUFFER_LENGTH);
  #filled = 0;
  /** Buffered data in pieces of complete blocks: the end of each, and its packets. */
  #pieces: { end: number; packets: number }[] = [];
  /** null once saving has stopped. */
  #saved: SavedFile | null;
  #name: string;
  #fileNumber = 0;
  #hasGivenBack = false;
  /** Files being moved into place, by number. */
  readonly #finishing = new Map<number, { readonly saved: SavedFile; readonly end: Promise<void> }>();
  /** Numbers of interfaces in the file. */
  #numbers = new Map<CaptureInterface, number>();
  #processes: SavedProcesses;

  /**
   * Begins the file. With a ring, the file after the last existing one, `name-00001.pcapng` for `name.pcapng`.
   *
   * @param onTrouble called once when saving has stopped, and once when a ring first deletes files for space
   * @throws InputError `cannot_write`
   */
  constructor(file: string, ring: Ring | null, onTrouble: (message: string) => void = () => undefined) {
    this.#file = file;
    this.#ring = ring;
    this.#onTrouble = onTrouble;
    this.#name = file;
    this.#processes = this.#noProcesses();
    try {
      if (ring !== null) this.#fileNumber = ringFiles(this.#file).at(-1)?.number ?? 0;
      this.#saved = this.#begin();
    } catch (cause) {
      throw new InputError(
        "cannot_write",
        `${this.#name}: ${reasonOf(cause)}`,
        { source: this.#name },
        cause,
      );
    }
  }

  /** Saves the packets of a block (borrowed for the call). */
  write(source: PacketSource, block: PacketBlock): void {
    for (let i = 0; i < block.count; i++) {
      const described = source.interfaces[block.interfaceIds[i]];
      const captured = block.capturedLengths[i];
      const mark = block.hostMarks[i];
      this.#makeRoom(packetBlockLength(captured, SavedProcesses.roomFor(mark)));
      const id = this.#numbers.get(described) ?? this.#describe(described);
      const options = this.#processes.optionsOf(mark, block.processes);
      this.#ensure(packetBlockLength(captured, options.length));
      // Any of these may have stopped saving.
      if (this.#saved === null) {
        this.lostPackets += block.count - i;
        return;
      }
      this.#filled = writePacket(
        this.#buffer,
        this.#filled,
        id,
        block.bytes,
        block.offsets[i],
        captured,
        block.originalLengths[i],
        block.seconds[i],
        block.nanoseconds[i],
        described.timeDigits,
        options,
      );
      this.#note(1);
    }
  }

  /** Passes the buffered data to the system. */
  flush(): void {
    const saved = this.#saved;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#filled = 0;
    if (saved === null) return;
    let start = 0;
    for (const [i, { end }] of pieces.entries()) {
      const bytes = this.#buffer.subarray(start, end);
      try {
        this.#withRoom(() => saved.append(bytes));
      } catch (cause) {
        for (const { packets } of pieces.slice(i)) this.lostPackets += packets;
        this.#stop(saved, cause);
        return;
      }
      start = end;
    }
  }

  /** Writes the interfaces' drop counts, and moves the file into place. Nothing may be written afterwards. */
  async close(): Promise<void> {
    for (const [{ dropped }, id] of this.#numbers) {
      if (dropped !== null) this.#add(encodeStatistics(id, dropped));
    }
    this.flush();
    if (this.#saved !== null) this.#finish(this.#saved, true);
    this.#saved = null;
    this.#numbers.clear();
    await Promise.all([...this.#finishing.values()].map(({ end }) => end));
  }

  #describe(described: CaptureInterface): number {
    const id = this.#numbers.size;
    this.#numbers.set(described, id);
    this.#add(encodeInterface(described));
    return id;
  }

  #noProcesses(): SavedProcesses {
    return new SavedProcesses((bytes) => this.#add(bytes));
  }

  #add(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
    this.#note(0);
  }

  /** Notes the piece appended last to the buffer. */
  #note(packets: number): void {
    const last = this.#pieces[this.#pieces.length - 1];
    const start = this.#pieces[this.#pieces.length - 2]?.end ?? 0;
    if (last === undefined || last.end - start >= PIECE_LENGTH) {
      this.#pieces.push({ end: this.#filled, packets });
      return;
    }
    last.end = this.#filled;
    last.packets += packets;
  }

  #ensure(length: number): void {
    if (this.#filled + length > this.#buffer.length) this.flush();
  }

  /** Writes, deleting the oldest files of the ring if necessary. Throws if there is still no space. */
  #withRoom<T>(write: () => T): T {
    for (;;) {
      try {
        return write();
      } catch (cause) {
        if (!NO_ROOM.includes(systemErrorCode(cause)) || !this.#giveBack()) throw cause;
      }
    }
  }

  /** Deletes the oldest file of the ring except the one being written; false if there is none. */
  #giveBack(): boolean {
    if (this.#ring === null) return false;
    const [oldest] = ringFiles(this.#file);
    if (oldest === undefined || oldest.number >= this.#fileNumber) return false;
    this.#remove(oldest);
    if (!this.#hasGivenBack) {
      this.#onTrouble(`${this.#name}: the disk is full: deleting the oldest files of the ring`);
    }
    this.#hasGivenBack = true;
    return true;
  }

  /** Deletes a file of the ring, emptying it if it is still open, which would keep its space allocated. */
  #remove({ name, number }: RingFile): void {
    this.#finishing.get(number)?.saved.empty();
    rmSync(name, { force: true });
  }

  /** Stops saving: the file's contents stay, later packets are lost. */
  #stop(saved: SavedFile, cause: unknown): void {
    this.#saved = null;
    this.#onTrouble(`${this.#name}: ${reasonOf(cause)}: packets are no longer saved`);
    this.#finish(saved, false);
  }

  /** Moves a file into place while others are written. */
  #finish(saved: SavedFile, isWhole: boolean): void {
    const number = this.#fileNumber;
    const end = this.#settle(saved, isWhole, this.#name, number);
    this.#finishing.set(number, { saved, end });
    void end.then(() => this.#finishing.delete(number));
  }

  async #settle(saved: SavedFile, isWhole: boolean, name: string, number: number): Promise<void> {
    const place = `what was saved is in ${saved.currentName}`;
    try {
      if (!(await saved.finish(isWhole))) this.#onTrouble(`${name} stays as it was: ${place}`);
    } catch (cause) {
      // In a small ring it may meanwhile have become the oldest file and been deleted.
      if (systemErrorCode(cause) === "ENOENT" && number < this.#fileNumber) return;
      this.#onTrouble(`${name}: ${reasonOf(cause)}: ${place}`);
    }
  }

  /** Begins the next file of the ring if this one would become too long. */
  #makeRoom(length: number): void {
    if (this.#ring === null || this.#saved === null || this.#numbers.size === 0) return;
    if (this.#saved.length + this.#filled + length <= this.#ring.bytes) return;
    this.flush();
    // Saving may have stopped meanwhile.
    const full: SavedFile | null = this.#saved;
    if (full === null) return;
    this.#finish(full, true);
    try {
      this.#saved = this.#begin();
    } catch (cause) {
      this.#saved = null;
      this.#onTrouble(`${this.#name}: ${reasonOf(cause)}: packets are no longer saved`);
    }
  }

  #begin(): SavedFile {
    if (this.#ring !== null) {
      this.#fileNumber++;
      this.#name = ringFileName(this.#file, this.#fileNumber);
    }
    const saved = this.#withRoom(() => new SavedFile(this.#name));
    if (this.#ring !== null) {
      for (const file of ringFiles(this.#file).slice(0, -this.#ring.files)) this.#remove(file);
    }
    this.#numbers = new Map();
    this.#processes = this.#noProcesses();
    this.#add(encodeSectionHeader(APPLICATION));
    return saved;
  }
}
