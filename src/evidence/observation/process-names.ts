/** What the capturing host says of live flows: numbers for the names of processes, and the mark of each flow. */
import { Side } from "../../flows/flow-view.ts";
import { directionOf, HostSide, processOf, serviceClassOf, withProcess } from "../../net/host-mark.ts";

/** Different names that are kept apart at most. */
const MAX_DIFFERENT = 65_536;

const decoder = new TextDecoder();

export class ProcessNames {
  /** Of each record's flow (`net/host-mark.ts`, with its own sides); 0: nothing was said. */
  readonly #marks: Int32Array;
  readonly #names: (string | null)[] = [null];
  readonly #numberOf = new Map<string, number>();

  /** For records 1 to `capacity`. */
  constructor(capacity: number) {
    this.#marks = new Int32Array(capacity + 1);
  }

  /** The flow in a record has ended. */
  forget(record: number): void {
    this.#marks[record] = 0;
  }

  /** The number of a name, from 1 on; 0 when there is no room for another one. */
  numberOf(name: string): number {
    const known = this.#numberOf.get(name);
    if (known !== undefined) return known;
    if (this.#names.length > MAX_DIFFERENT) return 0;
    const number = this.#names.push(name) - 1;
    this.#numberOf.set(name, number);
    return number;
  }

  /** The number of a name that stands in `bytes` (borrowed for the call). */
  numberAt(bytes: Uint8Array, offset: number, length: number): number {
    return this.numberOf(decoder.decode(bytes.subarray(offset, offset + length)));
  }

  /**
   * What is said of a packet of the flow. The first process counts: later ones may be the kernel's, closing it. So does the first
   * class of service.
   */
  add(record: number, mark: number): void {
    const known = this.#marks[record];
    if (known === mark) return;
    const sides = directionOf(known) | directionOf(mark);
    const told =
      (known & ~OWN_MASK) === 0 ? mark : processOf(known) === 0 ? withProcess(known, processOf(mark)) : known;
    this.#marks[record] = (told & ~OWN_MASK) | sides;
  }

  of(record: number): string | null {
    return this.#names[processOf(this.#marks[record])];
  }

  /** The side (`Side`) that is the capturing host's own; null where that is not told, or both are. */
  ownSideOf(record: number): 0 | 1 | null {
    const own = directionOf(this.#marks[record]);
    return own === HostSide.A ? Side.A : own === HostSide.B ? Side.B : null;
  }

  /** The class of service, as Apple numbers it; 0 where none is told. */
  serviceClassOf(record: number): number {
    return serviceClassOf(this.#marks[record]);
  }
}

const OWN_MASK = HostSide.A | HostSide.B;
