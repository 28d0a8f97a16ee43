/** All tenancies and links, bounded: what comes when there is no room for more goes to the others, and is counted. */
import type { FlowView } from "../../flows/flow-view.ts";
import type { AddressKey } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
import { AddressIndex } from "./address-index.ts";
import { AddressSketch } from "./address-sketch.ts";
import { AddressTally } from "./address-tally.ts";
import { Link } from "./link.ts";
import { Tenancy } from "./tenancy.ts";

/** How much is kept. */
export interface TenancyLimits {
  readonly tenancies: number;
  readonly perAddress: number;
  readonly links: number;
}

const LIMITS: TenancyLimits = { tenancies: 65_536, perAddress: 8, links: 32_768 };

/** In place of a tenancy: nobody of the local network, and one that there was no room for. */
export const OUTSIDE = -1;
export const OTHERS = -2;

export class Tenancies {
  /** By their index. */
  readonly all: Tenancy[] = [];
  readonly #limits: TenancyLimits;
  /** Of each address by its number, the one that began first coming first. */
  readonly #lists: Tenancy[][] = [];
  /** Of each address by its number, the index of its only one; -1 where it has several. */
  readonly #onlyIndexes: number[] = [];
  readonly #numbers = new AddressIndex();
  readonly #links = new Map<number, Link>();
  readonly #sketch = new AddressSketch();
  readonly #leftOut = new AddressTally();
  readonly #describe: (link: Link) => void;

  /** @param describe is shown each link when it is met first */
  constructor(describe: (link: Link) => void, limits = LIMITS) {
    this.#describe = describe;
    this.#limits = limits;
  }

  /** About how many addresses there was no room for. */
  get leftOut(): number {
    return this.#leftOut.count;
  }

  /** The link with a hardware address; null where there is no room for it. */
  linkOf(hardware: number): Link | null {
    const known = this.#links.get(hardware);
    if (known !== undefined) return known;
    if (this.#links.size >= this.#limits.links) return null;
    const link = new Link(hardware);
    this.#describe(link);
    this.#links.set(hardware, link);
    return link;
  }

  /**
   * The index of who had the address at a side of a flow (borrowed for the call) when the flow began; `OUTSIDE`: nobody that
   * is known.
   */
  indexAtSide(flow: FlowView, side: number): number {
    const { isIpv6 } = flow;
    const lastWord = flow.addressWord(side, isIpv6 ? 3 : 0);
    if (!this.#sketch.mayHave(lastWord)) return OUTSIDE;
    const number = isIpv6
      ? this.#numbers.findIpv6(
          flow.addressWord(side, 0),
          flow.addressWord(side, 1),
          flow.addressWord(side, 2),
          lastWord,
        )
      : this.#numbers.findIpv4(lastWord);
    if (number < 0) return OUTSIDE;
    const only = this.#onlyIndexes[number];
    return only >= 0 ? only : timely(this.#lists[number], flow.firstSeconds).index;
  }

  /**
   * The tenancy of an address with a link (or none), which begins now where another one had the address; null where there
   * is no room.
   */
  open(address: AddressKey, link: Link | null, seconds: number): Tenancy | null {
    const list = this.#listOf(address);
    const last = list?.at(-1);
    if (last !== undefined && (link === null || last.link === link)) return last;
    const isFull = list !== undefined && list.length >= this.#limits.perAddress;
    if (isFull) return list.findLast((one) => one.link === link) ?? last ?? null;
    if (this.all.length >= this.#limits.tenancies) {
      this.#leftOut.add(address);
      return null;
    }
    // What was there before the first packet was there from the beginning.
    const since = list === undefined || seconds === NO_TIME ? 0 : seconds;
    const tenancy = new Tenancy(this.all.length, address, link, since);
    this.all.push(tenancy);
    if (list !== undefined) {
      list.push(tenancy);
      this.#onlyIndexes[this.#numbers.find(address)] = -1;
      return tenancy;
    }
    const number = this.#numbers.add(address);
    this.#lists[number] = [tenancy];
    this.#onlyIndexes[number] = tenancy.index;
    this.#sketch.add(address);
    return tenancy;
  }

  /** Whose address it was at a time, or at last for `NO_TIME`; null: nobody's that is known. */
  at(address: AddressKey, seconds: number): Tenancy | null {
    const list = this.#listOf(address);
    if (list === undefined) return null;
    return list.length === 1 ? list[0] : timely(list, seconds);
  }

  /** All of an address, the first one coming first. */
  of(address: AddressKey): readonly Tenancy[] {
    return this.#listOf(address) ?? [];
  }

  #listOf(address: AddressKey): Tenancy[] | undefined {
    const number = this.#numbers.find(address);
    return number < 0 ? undefined : this.#lists[number];
  }
}

/** The one of a list that has more than one at a time; at last for `NO_TIME`. */
function timely(list: readonly Tenancy[], seconds: number): Tenancy {
  if (seconds === NO_TIME) return list[list.length - 1];
  return list.findLast((one) => one.sinceSeconds <= seconds) ?? list[0];
}
