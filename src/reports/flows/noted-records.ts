/** Second reading: emits the records of captures with the notes that a first reading made of their flows. */
import { BLOCK_CAPACITY, type PacketBlock } from "../../packets/packet-block.ts";
import { type Collector, inOneStep, type Steps } from "../collector.ts";
import type { FlowNotes } from "./flow-notes.ts";
import { FlowNumbers } from "./flow-numbers.ts";

/**
 * Receives row `row` of a block (borrowed for the call). `note`: the note of its flow; null if there is none, or no flow.
 * `isFirst`: it is the first record of the flow.
 */
export type NotedRecord = (block: PacketBlock, row: number, note: string | null, isFirst: boolean) => void;

/** The report is the number of flows and records; if it differs from the notes, the captures have changed since. */
export class NotedRecordsCollector
  extends FlowNumbers
  implements Collector<Pick<FlowNotes, "flows" | "records">>
{
  readonly packets = this;
  readonly #found: FlowNotes;
  readonly #receive: NotedRecord;
  /** For the block being counted: the flow of each record, and whether it is the flow's first one. */
  readonly #flowOf = new Uint32Array(BLOCK_CAPACITY);
  readonly #isFirst = new Uint8Array(BLOCK_CAPACITY);
  #records = 0;

  constructor(found: FlowNotes, receive: NotedRecord) {
    super();
    this.#found = found;
    this.#receive = receive;
  }

  add(): void {}

  counted(block: PacketBlock): void {
    const { notes, overtaken } = this.#found;
    for (let row = 0; row < block.count; row++) {
      const flow = this.#flowOf[row] || (overtaken.get(this.#records + row) ?? 0);
      this.#receive(block, row, notes.get(flow) ?? null, this.#isFirst[row] !== 0);
    }
    this.#records += block.count;
    this.#flowOf.fill(0);
    this.#isFirst.fill(0);
  }

  snapshot(): NotedRecordsCollector {
    return new NotedRecordsCollector(this.#found, () => undefined);
  }

  report(): Steps<Pick<FlowNotes, "flows" | "records">> {
    return inOneStep(() => ({ flows: this.flows, records: this.#records }));
  }

  protected see(flow: number, recordNumber: number, isFirst: boolean): void {
    const row = recordNumber - this.#records;
    // A fragment that arrived before its first one may already have been emitted.
    if (row < 0) return;
    this.#flowOf[row] = flow;
    this.#isFirst[row] = isFirst ? 1 : 0;
  }
}
