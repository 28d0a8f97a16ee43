/** The reading thread's use of the kernel: it makes rows of fast-path packets and touches nothing else. */
import { LinkType } from "../../net/link-types.ts";
import type { PacketBlock, PacketColumns } from "../packet-block.ts";
import { columnsOf, firstRowOf, firstRunOf } from "./ahead-blocks.ts";
import type { SharedMemory } from "./kernel.ts";
import type { AppendFastPath } from "./kernel-exports.ts";
import { AHEAD_BLOCKS, BLOCK_ROWS, BLOCK_RUNS, BLOCK_WORDS, BUFFER_AT } from "./layout.ts";
import { RowRun } from "./row-run.ts";

/** Replaces the host's functions, which are not called while making rows. */
const unusedCallback = (): number => 0;

export class RowMaker {
  /** The bytes of all blocks. */
  readonly buffer: Uint8Array;
  /** Columns by block number, from 1 to `AHEAD_BLOCKS`. */
  readonly columns: readonly PacketColumns[];
  readonly #appendFastPath: AppendFastPath;
  readonly #run: RowRun;

  /** For the memory of a kernel with a buffer of `bufferLength` bytes, and its module. */
  constructor(module: WebAssembly.Module, memory: SharedMemory, bufferLength: number) {
    const { buffer } = memory;
    this.buffer = new Uint8Array(buffer, BUFFER_AT, bufferLength);
    this.columns = Array.from({ length: 1 + AHEAD_BLOCKS }, (_, blockNumber) =>
      columnsOf(buffer, blockNumber),
    );
    this.#run = new RowRun(buffer);
    const host = new Proxy({}, { get: () => unusedCallback });
    const { exports } = new WebAssembly.Instance(module, { env: { memory }, host });
    this.#appendFastPath = (exports as { appendFastPath: AppendFastPath }).appendFastPath;
  }

  /** Makes rows of the fast-path packets of read-ahead block `blockNumber`, and stores the number of runs in it. */
  makeRows(block: PacketBlock, blockNumber: number): void {
    block.runs = 0;
    if (block.told.drops) return;
    const { interfaceIds, interfaces, count } = block;
    for (let i = 0; i < count; ) {
      const id = interfaceIds[i];
      let end = i + 1;
      while (end < count && interfaceIds[end] === id) end++;
      const { linkType, fcsLength } = interfaces[id];
      if (linkType === LinkType.ETHERNET) this.#makeRowsOfInterface(block, blockNumber, i, end, fcsLength);
      i = end;
    }
  }

  /** The same for records `first` to `end - 1`, all of one interface. */
  #makeRowsOfInterface(
    block: PacketBlock,
    blockNumber: number,
    first: number,
    end: number,
    fcsLength: number,
  ): void {
    const record = blockNumber * BLOCK_WORDS;
    const row = firstRowOf(blockNumber);
    for (let i = first; i < end && block.runs < BLOCK_RUNS; ) {
      const run = firstRunOf(blockNumber) + block.runs;
      const rows = this.#appendFastPath(record + i, record + end, fcsLength, row + i, row + BLOCK_ROWS, run);
      if (rows > 0) {
        this.#run.store(run, i, i + rows);
        block.runs++;
      }
      // The record after them needs the full decoder.
      i += rows + 1;
    }
  }
}
