/** The reading thread's use of the kernel: it makes rows of fast-path packets and touches nothing else. */
import { LinkType } from "../../net/link-types.ts";
import type { PacketBlock, PacketColumns } from "../packet-block.ts";
import { columnsOf, firstRowOf, firstRunOf } from "./ahead-places.ts";
import type { SharedMemory } from "./kernel.ts";
import type { AppendPlain } from "./kernel-exports.ts";
import { AHEAD_PLACES, BUFFER_AT, PLACE_ROWS, PLACE_RUNS, PLACE_WORDS } from "./layout.ts";
import { PlainRun } from "./plain-run.ts";

/** Replaces the host's functions, which are not called while making rows. */
const nothing = (): number => 0;

export class RowMaker {
  /** The bytes of all blocks. */
  readonly buffer: Uint8Array;
  /** Columns by block number, from 1 to `AHEAD_PLACES`. */
  readonly columns: readonly PacketColumns[];
  readonly #appendPlain: AppendPlain;
  readonly #run: PlainRun;

  /** For the memory of a kernel with a buffer of `bufferLength` bytes, and its module. */
  constructor(module: WebAssembly.Module, memory: SharedMemory, bufferLength: number) {
    const { buffer } = memory;
    this.buffer = new Uint8Array(buffer, BUFFER_AT, bufferLength);
    this.columns = Array.from({ length: 1 + AHEAD_PLACES }, (_, place) => columnsOf(buffer, place));
    this.#run = new PlainRun(buffer);
    const host = new Proxy({}, { get: () => nothing });
    const { exports } = new WebAssembly.Instance(module, { env: { memory }, host });
    this.#appendPlain = (exports as { appendPlain: AppendPlain }).appendPlain;
  }

  /** Makes rows of the fast-path packets of read-ahead block `place`, and stores the number of runs in it. */
  makeRows(block: PacketBlock, place: number): void {
    block.runs = 0;
    if (block.told.drops) return;
    const { interfaceIds, interfaces, count } = block;
    for (let i = 0; i < count; ) {
      const id = interfaceIds[i];
      let end = i + 1;
      while (end < count && interfaceIds[end] === id) end++;
      const { linkType, fcsLength } = interfaces[id];
      if (linkType === LinkType.ETHERNET) this.#makeRowsOf(block, place, i, end, fcsLength);
      i = end;
    }
  }

  /** The same for records `first` to `end - 1`, all of one interface. */
  #makeRowsOf(block: PacketBlock, place: number, first: number, end: number, fcsLength: number): void {
    const record = place * PLACE_WORDS;
    const row = firstRowOf(place);
    for (let i = first; i < end && block.runs < PLACE_RUNS; ) {
      const run = firstRunOf(place) + block.runs;
      const rows = this.#appendPlain(record + i, record + end, fcsLength, row + i, row + PLACE_ROWS, run);
      if (rows > 0) {
        this.#run.store(run, i, i + rows);
        block.runs++;
      }
      // The record after them needs the full decoder.
      i += rows + 1;
    }
  }
}
