/** What somebody has to say of flows, by their numbers: for a second reading, which knows it from the first packet on. */
import { type AttributedFlow, type Collector, inOneStep, type Steps } from "../collector.ts";
import { FlowNumbers } from "./flow-numbers.ts";

/** What a first reading has found. Owned. */
export interface FlowNotes {
  /** By the number of each flow that is meant: what is to be said of it. */
  readonly notes: ReadonlyMap<number, string>;
  /** All flows, and records: a second reading has as many of both. */
  readonly flows: number;
  readonly records: number;
  /** The flows of later fragments that overtook their first ones, by the numbers of their records. */
  readonly overtaken: ReadonlyMap<number, number>;
}

export class FlowNotesCollector extends FlowNumbers implements Collector<FlowNotes> {
  readonly packets = this;
  readonly #noteOf: (flow: AttributedFlow) => string | null;
  readonly #notes = new Map<number, string>();
  /** Notes that are alike are one string. */
  readonly #texts = new Map<string, string>();
  readonly #overtaken = new Map<number, number>();
  #records = 0;
  #latestRecord = -1;

  /** @param noteOf what is to be said of a flow (borrowed for the call); null: it is not meant */
  constructor(noteOf: (flow: AttributedFlow) => string | null) {
    super();
    this.#noteOf = noteOf;
  }

  add(shown: AttributedFlow): void {
    const note = this.#noteOf(shown);
    if (note === null) return;
    let text = this.#texts.get(note);
    if (text === undefined) {
      text = note;
      this.#texts.set(note, note);
    }
    this.#notes.set(this.flowIn(shown.flow.entry), text);
  }

  counted({ count }: { readonly count: number }): void {
    this.#records += count;
  }

  /** Flows that live have not ended: nothing is said of them. */
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
