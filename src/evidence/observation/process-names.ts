/** What the capturing host records of live flows: numbers for process names, and the mark of each flow. */
import { Side } from "../../flows/flow-view.ts";
import { directionOf, HostSide, processOf, serviceClassOf, withProcess } from "../../net/host-mark.ts";

/** Maximum number of distinct names. */
const MAX_DISTINCT = 65_536;

const decoder = new TextDecoder();

export class ProcessNames {
  /** Mark of the flow in each entry (`net/host-mark.ts`, with the flow's own sides); 0: none. */
  readonly #marks: Int32Array;
  readonly #names: (string | null)[] = [null];
  readonly #numberOf = new Map<string, number>();

  /** For entries 1 to `capacity`. */
  constructor(capacity: number) {
    this.#marks = new Int32Array(capacity + 1);
  }

  /** The flow in an entry has ended. */
  forget(entry: number): void {
    this.#marks[entry] = 0;
  }

  /** Number of a name, from 1 on; 0 if there is no room for another one. */
  numberOf(name: string): number {
    const known = this.#numberOf.get(name);
    if (known !== undefined) return known;
    if (this.#names.length > MAX_DISTINCT) return 0;
    const number = this.#names.push(name) - 1;
    this.#numberOf.set(name, number);
    return number;
  }

  /** Number of a name in `bytes` (borrowed for the call). */
  numberAt(bytes: Uint8Array, offset: number, length: number): number {
    return this.numberOf(decoder.decode(bytes.subarray(offset, offset + length)));
  }

  /**
   * Adds the mark of a packet of the flow. The first process counts, as later ones may be the kernel's, closing it. The first
   * class of service counts, too.
   */
  add(entry: number, mark: number): void {
    const known = this.#marks[entry];
    if (known === mark) return;
    const sides = directionOf(known) | directionOf(mark);
    const merged =
      (known & ~OWN_MASK) === 0 ? mark : processOf(known) === 0 ? withProcess(known, processOf(mark)) : known;
    this.#marks[entry] = (merged & ~OWN_MASK) | sides;
  }

  of(entry: number): string | null {
    return this.#names[processOf(this.#marks[entry])];
  }

  /** The side (`Side`) of the capturing host; null if unknown, or both are. */
  ownSideOf(entry: number): 0 | 1 | null {
    const own = directionOf(this.#marks[entry]);
    return own === HostSide.A ? Side.A : own === HostSide.B ? Side.B : null;
  }

  /** Class of service in Apple's numbering; 0 if not recorded. */
  serviceClassOf(entry: number): number {
    return serviceClassOf(this.#marks[entry]);
  }
}

const OWN_MASK = HostSide.A | HostSide.B;
