/** What a thread that reads ahead does with the kernel: it makes rows of plain packets, and touches nothing else. */
import { LinkType } from "../../net/link-types.ts";
import type { PacketBlock, PacketColumns } from "../packet-block.ts";
import { columnsOf, firstRowOf, firstRunOf } from "./ahead-places.ts";
import type { SharedMemory } from "./kernel.ts";
import type { AppendPlain } from "./kernel-exports.ts";
import { AHEAD_PLACES, BUFFER_AT, PLACE_ROWS, PLACE_RUNS, PLACE_WORDS } from "./layout.ts";
import { PlainRun } from "./plain-run.ts";

/** A function of the host, none of which making rows calls. */
const nothing = (): number => 0;

export class RowMaker {
  /** The bytes of all blocks. */
  readonly buffer: Uint8Array;
  /** Those of the place of a number, from 1 to `AHEAD_PLACES`. */
  readonly columns: readonly PacketColumns[];
  readonly #appendPlain: AppendPlain;
  readonly #run: PlainRun;

  /** For the memory of a kernel, whose buffer has `bufferLength` bytes, by its module. */
  constructor(module: WebAssembly.Module, memory: SharedMemory, bufferLength: number) {
    const { buffer } = memory;
    this.buffer = new Uint8Array(buffer, BUFFER_AT, bufferLength);
    this.columns = Array.from({ length: 1 + AHEAD_PLACES }, (_, place) => columnsOf(buffer, place));
    this.#run = new PlainRun(buffer);
    const host = new Proxy({}, { get: () => nothing });
    const { exports } = new WebAssembly.Instance(module, { env: { memory }, host });
    this.#appendPlain = (exports as { appendPlain: AppendPlain }).appendPlain;
  }

  /** Makes rows of the plain packets of a block that stands in the place of a number, and notes in it how many runs they are. */
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

  /** The same of records `first` to `end - 1`, all of one interface. */
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
      // The record behind them is not plain.
      i += rows + 1;
    }
  }
}
