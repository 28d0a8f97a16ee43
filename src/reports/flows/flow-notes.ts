/** Notes of flows by flow number, for a second reading, which then has them from the first packet on. */
import { type AttributedFlow, type Collector, inOneStep, type Steps } from "../collector.ts";
import { FlowNumbers } from "./flow-numbers.ts";

/** Result of a first reading. Owned. */
export interface FlowNotes {
  /** The note of each selected flow, by its number. */
  readonly notes: ReadonlyMap<number, string>;
  /** Total number of flows, and of records; a second reading must have the same. */
  readonly flows: number;
  readonly records: number;
  /** Flows of later fragments that arrived before the first fragment, by record number. */
  readonly overtaken: ReadonlyMap<number, number>;
}

export class FlowNotesCollector extends FlowNumbers implements Collector<FlowNotes> {
  readonly packets = this;
  readonly #noteOf: (flow: AttributedFlow) => string | null;
  readonly #notes = new Map<number, string>();
  /** Interns notes: equal ones are one string. */
  readonly #texts = new Map<string, string>();
  readonly #overtaken = new Map<number, number>();
  #records = 0;
  #latestRecord = -1;

  /** @param noteOf the note of a flow (borrowed for the call), or null if it is not selected */
  constructor(noteOf: (flow: AttributedFlow) => string | null) {
    super();
    this.#noteOf = noteOf;
  }

  add(attributed: AttributedFlow): void {
    const note = this.#noteOf(attributed);
    if (note === null) return;
    let text = this.#texts.get(note);
    if (text === undefined) {
      text = note;
      this.#texts.set(note, note);
    }
    this.#notes.set(this.flowIn(attributed.flow.entry), text);
  }

  counted({ count }: { readonly count: number }): void {
    this.#records += count;
  }

  /** Live flows have not ended: they get no notes. */
  snapshot(): FlowNotesCollector {
    return new FlowNotesCollector(() => null);
  }

  report(): Steps<FlowNotes> {
    return inOneStep(() => ({
      notes: this.#notes,
      flows: this.flows,
      records: this.#records,
      overtaken: this.#overtaken,
    }));
  }

  protected see(flow: number, recordNumber: number): void {
    if (recordNumber < this.#latestRecord) this.#overtaken.set(recordNumber, flow);
    else this.#latestRecord = recordNumber;
  }
}
