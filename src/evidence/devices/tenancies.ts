/** All tenancies and links, bounded: what comes when there is no room for more goes to the others, and is counted. */
import type { FlowView } from "../../flows/flow-view.ts";
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
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

/** A slot for an address, by its last word (Knuth, "Sorting and Searching", 6.4). */
const SLOT_MULTIPLIER = 0x9e3779b1;
const SLOT_SHIFT = 32 - 13;
const SLOT_WORDS = 4;

/** In place of a tenancy: nobody of the local network, and one that there was no room for. */
export const OUTSIDE = -1;
export const OTHERS = -2;

export class Tenancies {
  /** By their index. */
  readonly all: Tenancy[] = [];
  readonly #limits: TenancyLimits;
  /** By address, the one that began first coming first. */
  readonly #byAddress = new Map<string, Tenancy[]>();
  readonly #links = new Map<number, Link>();
  readonly #sketch = new AddressSketch();
  readonly #leftOut = new AddressTally();
  /** Lists that were asked for lately, and the words of their addresses. */
  readonly #recent: (Tenancy[] | undefined)[] = new Array(1 << (32 - SLOT_SHIFT)).fill(undefined);
  readonly #recentWords = new Int32Array(SLOT_WORDS << (32 - SLOT_SHIFT));

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

  /** Whose address that at a side of a flow (borrowed for the call) was when the flow began; null: nobody's that is known. */
  atSide(flow: FlowView, side: number): Tenancy | null {
    const { isIpv6 } = flow;
    const lastWord = flow.addressWord(side, isIpv6 ? 3 : 0);
    if (!this.#sketch.mayHave(lastWord)) return null;
    const slot = (Math.imul(lastWord, SLOT_MULTIPLIER) >>> SLOT_SHIFT) * SLOT_WORDS;
    let list = this.#recent[slot / SLOT_WORDS];
    if (list === undefined || !this.#isRecent(slot, flow, side)) {
      list = this.#byAddress.get(addressText(flow.addressKey(side)));
      if (list === undefined) return null;
      for (let i = 0; i < SLOT_WORDS; i++) this.#recentWords[slot + i] = wordAt(flow, side, i);
      this.#recent[slot / SLOT_WORDS] = list;
    }
    return list.length === 1 ? list[0] : timely(list, flow.firstSeconds);
  }

  /** Whether the slot is that of an address: an IPv4 one has no other words than its own. */
  #isRecent(slot: number, flow: FlowView, side: number): boolean {
    for (let i = 0; i < SLOT_WORDS; i++) {
      if (this.#recentWords[slot + i] !== wordAt(flow, side, i)) return false;
    }
    return true;
  }

  /**
   * The tenancy of an address with a link (or none), which begins now where another one had the address; null where there
   * is no room.
   */
  open(address: AddressKey, link: Link | null, seconds: number): Tenancy | null {
    const key = addressText(address);
    const list = this.#byAddress.get(key);
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
    if (list === undefined) this.#byAddress.set(key, [tenancy]);
    else list.push(tenancy);
    this.#sketch.add(address);
    return tenancy;
  }

  /** Whose address it was at a time, or at last for `NO_TIME`; null: nobody's that is known. */
  at(address: AddressKey, seconds: number): Tenancy | null {
    const list = this.#byAddress.get(addressText(address));
    if (list === undefined) return null;
    return list.length === 1 ? list[0] : timely(list, seconds);
  }

  /** All of an address, the first one coming first. */
  of(address: AddressKey): readonly Tenancy[] {
    return this.#byAddress.get(addressText(address)) ?? [];
  }
}

/** The one of a list that has more than one at a time; at last for `NO_TIME`. */
function timely(list: readonly Tenancy[], seconds: number): Tenancy {
  if (seconds === NO_TIME) return list[list.length - 1];
  return list.findLast((one) => one.sinceSeconds <= seconds) ?? list[0];
}

/** A word of the address at a side; of IPv4 the others are none that an address of IPv6 near by has. */
function wordAt(flow: FlowView, side: number, index: number): number {
  if (flow.isIpv6) return flow.addressWord(side, index);
  return index === 0 ? flow.addressWord(side, 0) : -1;
}
