/** The processes of a capture being written, and the blocks that must be written before a packet. */

import { MARK_DROPPED, processOf, serviceClassOf } from "../../net/host-mark.ts";
import type { CapturedProcess, ProcessIdentity } from "../captured-process.ts";
import { MAX_MARK_LENGTH, writeMark } from "./packet-options.ts";
import { MAX_PROCESS_BLOCKS } from "./pcapng-processes.ts";
import { encodeProcess } from "./pcapng-writer.ts";

const NOTHING = new Uint8Array(0);
const NONE = -1;
/** Maximum length of a process's block: a name of 64 characters of at most 3 bytes each, and a UUID. */
const MAX_BLOCK_LENGTH = 240;

export class SavedProcesses {
  readonly #indexes = new Map<string, number>();
  #blocks = 0;
  readonly #options = Buffer.alloc(MAX_MARK_LENGTH);
  readonly #append: (block: Uint8Array) => void;

  /** @param append receives the blocks that must precede a packet */
  constructor(append: (block: Uint8Array) => void) {
    this.#append = append;
  }

  /** Returns the maximum bytes of a mark, including the blocks of its processes. */
  static maxLengthOf(mark: number): number {
    return mark === 0 ? 0 : MAX_MARK_LENGTH + 2 * MAX_BLOCK_LENGTH;
  }

  /** Returns the options for a mark whose process is one of `processes`. Borrowed until the next call. */
  optionsOf(mark: number, processes: readonly CapturedProcess[]): Uint8Array {
    if (mark === 0) return NOTHING;
    const id = processOf(mark);
    const process = id === 0 ? NONE : this.#indexOf(processes[id]);
    const { helper } = processes[id];
    const helperIndex = helper === null ? NONE : this.#indexOf(helper);
    const isApple = (mark & MARK_DROPPED) !== 0 || serviceClassOf(mark) > 0;
    if (isApple && this.#blocks === 0) this.#add(null);
    const length =
      helperIndex === NONE
        ? writeMark(this.#options, mark, process, NONE)
        : writeMark(this.#options, mark, helperIndex, process);
    return this.#options.subarray(0, length);
  }

  #indexOf(process: ProcessIdentity): number {
    // Readers ignore a block without a number.
    if (process.pid === null) return NONE;
    const key = `${process.pid} ${process.uuid} ${process.name}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    if (this.#blocks >= MAX_PROCESS_BLOCKS) return NONE;
    const index = this.#add(process);
    this.#indexes.set(key, index);
    return index;
  }

  #add(process: ProcessIdentity | null): number {
    this.#append(encodeProcess(process));
    return this.#blocks++;
  }
}
