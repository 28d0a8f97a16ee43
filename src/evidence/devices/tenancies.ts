/** All tenancies and links, bounded: what arrives beyond the limits is assigned to the others, and counted. */
import type { FlowView } from "../../flows/flow-view.ts";
import type { AddressKey } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
import { AddressIndex } from "./address-index.ts";
import { AddressSketch } from "./address-sketch.ts";
import { AddressTally } from "./address-tally.ts";
import { Link } from "./link.ts";
import { Tenancy } from "./tenancy.ts";

/** Limits. */
export interface TenancyLimits {
  readonly tenancies: number;
  readonly perAddress: number;
  readonly links: number;
}

const LIMITS: TenancyLimits = { tenancies: 65_536, perAddress: 8, links: 32_768 };

/** In place of a tenancy index: not in the local network, and beyond the limit. */
export const OUTSIDE = -1;
export const OTHERS = -2;

export class Tenancies {
  /** By index. */
  readonly all: Tenancy[] = [];
  readonly #limits: TenancyLimits;
  /** By address number: its tenancies in order of their start. */
  readonly #lists: Tenancy[][] = [];
  /** By address number: index of its only tenancy; -1 if it has several. */
  readonly #onlyIndexes: number[] = [];
  readonly #numbers = new AddressIndex();
  readonly #links = new Map<number, Link>();
  readonly #sketch = new AddressSketch();
  readonly #leftOut = new AddressTally();
  readonly #describe: (link: Link) => void;

  /** @param describe called with each link when it is first seen */
  constructor(describe: (link: Link) => void, limits = LIMITS) {
    this.#describe = describe;
    this.#limits = limits;
  }

  /** Approximate number of addresses beyond the limit. */
  get leftOut(): number {
    return this.#leftOut.count;
  }

  /** The link with a hardware address; null if there is no room for it. */
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
   * Tenancy index of the owner of the address at a side of a flow (borrowed for the call) when the flow began; `OUTSIDE`:
   * unknown.
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
    return only >= 0 ? only : tenancyAt(this.#lists[number], flow.firstSeconds).index;
  }

  /**
   * Returns the tenancy of an address with a link (or none); it begins now if another one had the address. Null if there is
   * no room.
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
    // Whatever was there before the first packet was there from the beginning.
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

  /** Tenancy of an address at a time, or the last one for `NO_TIME`; null: unknown. */
  at(address: AddressKey, seconds: number): Tenancy | null {
    const list = this.#listOf(address);
    if (list === undefined) return null;
    return list.length === 1 ? list[0] : tenancyAt(list, seconds);
  }

  /** All tenancies of an address, in order of their start. */
  of(address: AddressKey): readonly Tenancy[] {
    return this.#listOf(address) ?? [];
  }

  #listOf(address: AddressKey): Tenancy[] | undefined {
    const number = this.#numbers.find(address);
    return number < 0 ? undefined : this.#lists[number];
  }
}

/** Selects the tenancy at a time from a list of several; the last one for `NO_TIME`. */
function tenancyAt(list: readonly Tenancy[], seconds: number): Tenancy {
  if (seconds === NO_TIME) return list[list.length - 1];
  return list.findLast((one) => one.sinceSeconds <= seconds) ?? list[0];
}
