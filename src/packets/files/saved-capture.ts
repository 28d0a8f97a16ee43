/** Packets of sources kept as pcapng: in one file, or in a ring of files of which the oldest ones go. */
import { closeSync, openSync, readdirSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { InputError, reasonOf } from "../../errors.ts";
import type { CaptureInterface, PacketBlock } from "../packet-block.ts";
import type { PacketSource } from "../packet-source.ts";
import {
  encodeInterface,
  encodeSectionHeader,
  encodeStatistics,
  packetBlockLength,
  writePacket,
} from "./pcapng-writer.ts";
import { SavedProcesses } from "./saved-processes.ts";

const APPLICATION = "appleflow";
const BUFFER_LENGTH = 1 << 20;
/** What people said to each other is for the user only. */
const FILE_MODE = 0o600;
const LEAST_DIGITS = 5;

/** Files of a fixed size of which only the newest ones stay. */
export interface Ring {
  readonly files: number;
  /** Of each file at most, unless one packet is longer. */
  readonly bytes: number;
}

/**
 * Writes what it is given to a file, in the order in which it comes. A packet keeps its interface, link type, lengths and
 * time, and what the capturing host says of it: its direction, its process and the one behind that, its class of service. Who
 * makes one has to call `close`.
 *
 * @throws InputError `cannot_write`, from its constructor and all methods
 *
 * @example
 * ```ts
 * import { monitor, openLive, SavedCapture } from "appleflow";
 *
 * const saved = new SavedCapture("live.pcapng", { files: 10, bytes: 100e6 });
 * try {
 *   await monitor([await openLive("en0", "auto")], { sink: saved, onInterval: () => undefined });
 * } finally {
 *   saved.close();
 * }
 * ```
 */
export class SavedCapture {
  readonly #file: string;
  readonly #ring: Ring | null;
  readonly #buffer = Buffer.alloc(BUFFER_LENGTH);
  #filled = 0;
  #descriptor = -1;
  #name: string;
  #fileLength = 0;
  #fileNumber = 0;
  /** Interfaces by their number in the file. */
  #numbers = new Map<CaptureInterface, number>();
  #processes: SavedProcesses;

  /**
   * Opens the file, and empties it. With a ring: the file after the last one there is, `name-00001.pcapng` for
   * `name.pcapng`.
   */
  constructor(file: string, ring: Ring | null) {
    this.#file = file;
    this.#ring = ring;
    this.#name = file;
    this.#processes = this.#noProcesses();
    if (ring !== null) this.#fileNumber = this.#ringFiles().at(-1)?.number ?? 0;
    this.#begin();
  }

  /** Takes the packets of a block (borrowed for the call). */
  write(source: PacketSource, block: PacketBlock): void {
    for (let i = 0; i < block.count; i++) {
      const described = source.interfaces[block.interfaceIds[i]];
      const captured = block.capturedLengths[i];
      const mark = block.hostMarks[i];
      this.#makeRoom(packetBlockLength(captured, SavedProcesses.roomFor(mark)));
      const id = this.#numbers.get(described) ?? this.#describe(described);
      const options = this.#processes.optionsOf(mark, block.processes);
      this.#ensure(packetBlockLength(captured, options.length));
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
    }
  }

  /** Hands what waits over to the system. */
  flush(): void {
    if (this.#filled === 0) return;
    try {
      let written = 0;
      while (written < this.#filled) {
        written += writeSync(this.#descriptor, this.#buffer, written, this.#filled - written);
      }
    } catch (cause) {
      this.#filled = 0;
      throw writeError(this.#name, cause);
    }
    this.#fileLength += this.#filled;
    this.#filled = 0;
  }

  /** Notes what the interfaces dropped, and closes the file. Nothing is written any more. */
  close(): void {
    if (this.#descriptor < 0) return;
    try {
      for (const [{ dropped }, id] of this.#numbers) {
        if (dropped !== null) this.#append(encodeStatistics(id, dropped));
      }
      this.flush();
    } finally {
      closeSync(this.#descriptor);
      this.#descriptor = -1;
    }
  }

  #describe(described: CaptureInterface): number {
    const id = this.#numbers.size;
    this.#numbers.set(described, id);
    this.#append(encodeInterface(described));
    return id;
  }

  #noProcesses(): SavedProcesses {
    return new SavedProcesses((bytes) => this.#append(bytes));
  }

  #append(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  #ensure(length: number): void {
    if (this.#filled + length > this.#buffer.length) this.flush();
  }

  /** The next file of the ring, where this one would become too long. */
  #makeRoom(length: number): void {
    if (this.#ring === null || this.#numbers.size === 0) return;
    if (this.#fileLength + this.#filled + length <= this.#ring.bytes) return;
    this.flush();
    closeSync(this.#descriptor);
    this.#descriptor = -1;
    this.#begin();
  }

  #begin(): void {
    if (this.#ring !== null) {
      this.#fileNumber++;
      const { folder, stem, ending } = ringName(this.#file);
      const digits = String(this.#fileNumber).padStart(LEAST_DIGITS, "0");
      this.#name = join(folder, `${stem}-${digits}${ending}`);
    }
    try {
      this.#descriptor = openSync(this.#name, "w", FILE_MODE);
      if (this.#ring !== null) {
        for (const { name } of this.#ringFiles().slice(0, -this.#ring.files)) unlinkSync(name);
      }
    } catch (cause) {
      throw writeError(this.#name, cause);
    }
    this.#fileLength = 0;
    this.#numbers = new Map();
    this.#processes = this.#noProcesses();
    this.#append(encodeSectionHeader(APPLICATION));
  }

  /** The files of the ring that there are, those of earlier runs included, oldest first. */
  #ringFiles(): { readonly name: string; readonly number: number }[] {
    const { folder, stem, ending } = ringName(this.#file);
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch (cause) {
      throw writeError(folder, cause);
    }
    return names
      .flatMap((name) => {
        if (!name.startsWith(`${stem}-`) || !name.endsWith(ending)) return [];
        const digits = name.slice(stem.length + 1, name.length - ending.length);
        const isOurs = /^\d+$/.test(digits) && digits.length >= LEAST_DIGITS;
        return isOurs ? [{ name: join(folder, name), number: Number(digits) }] : [];
      })
      .sort((a, b) => a.number - b.number);
  }
}

function ringName(file: string): { folder: string; stem: string; ending: string } {
  const ending = extname(file);
  return { folder: dirname(file), stem: basename(file, ending), ending };
}

function writeError(name: string, cause: unknown): InputError {
  return new InputError("cannot_write", `${name}: ${reasonOf(cause)}`, { source: name }, cause);
}
