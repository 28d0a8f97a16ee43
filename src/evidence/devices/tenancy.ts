/**
 * Who has an address, and since when: a tenancy is an IP address with the hardware address that it was met with, from the
 * moment on at which that was first so. A lease that moves on begins another tenancy of the same address.
 */
import type { AddressKey } from "../../net/address-key.ts";
import { Scope, scopeOf } from "./address-scope.ts";
import type { Link } from "./link.ts";
import { isApples, SignBag } from "./sign-bag.ts";

/** More than signs are kept of a link or an address. */
const BASIS_UNIT = 64;

const NO_VLANS: readonly number[] = [];
const MOST_VLANS = 8;

export class Tenancy {
  readonly address: AddressKey;
  readonly scope: Scope;
  /** Since 1970; 0: from the beginning on. */
  readonly sinceSeconds: number;
  /** The hardware that it was met with, null where none seen. */
  readonly link: Link | null;
  /** DHCP, or the address itself, says that it is that hardware's, whoever passes the packets on. */
  isCertain = false;
  /** Packets came from it with that hardware address. */
  isSender = false;
  /** It has sent something. */
  isHeard = false;
  /** Packets came from it that no router had passed on, and that one had. */
  isNear = false;
  isFar = false;
  readonly signs = new SignBag();
  /** The name of the host in multicast DNS, by its own word (`annas-mac.local`). Hostile text. */
  hostName: string | null = null;
  /** The tenancy of the same device that it was joined to; null: none. Never in a circle. */
  joinedTo: Tenancy | null = null;
  readonly index: number;
  /** The VLANs (IEEE 802.1Q) that it was met in, as they were met; at most eight. Most have none. */
  vlans: readonly number[] = NO_VLANS;
  /** What was known when it was judged whose make the device is. */
  #judgedBy = 0;
  #isApples: boolean | null = null;

  constructor(index: number, address: AddressKey, link: Link | null, sinceSeconds: number) {
    this.index = index;
    this.address = address;
    this.scope = scopeOf(address);
    this.link = link;
    this.sinceSeconds = sinceSeconds;
  }

  addVlan(vlan: number): void {
    if (this.vlans.length < MOST_VLANS && !this.vlans.includes(vlan)) this.vlans = [...this.vlans, vlan];
  }

  /** The one that it was joined to, through others or not; itself where there is none. */
  get root(): Tenancy {
    let root: Tenancy = this;
    while (root.joinedTo !== null) root = root.joinedTo;
    // Whoever is joined again and again stays one step away.
    if (root !== this) this.joinedTo = root;
    return root;
  }

  /** The address is its link's own, not one that it passes packets on for. */
  get isLinks(): boolean {
    const { link } = this;
    return link !== null && !link.isShared && !this.isRouted && (!link.isGateway || link.owns(this));
  }

  /** Whether its device is Apple's (true) or another maker's (false), as far as is known of its address and link; null: nobody knows. */
  get isApples(): boolean | null {
    // Most have shown nothing.
    if (this.signs.isEmpty && (this.link === null || this.link.signs.isEmpty)) return null;
    const { link, isLinks } = this;
    const signs = link === null || !isLinks ? 0 : link.signs.signs.length;
    const basis = signs * BASIS_UNIT + this.signs.signs.length;
    if (basis !== this.#judgedBy) {
      this.#judgedBy = basis;
      const ofLink = link !== null && signs > 0 ? link.signs.signs : [];
      this.#isApples = this.isRouted ? null : isApples([...ofLink, ...this.signs.signs]);
    }
    return this.#isApples;
  }

  /** Of any network, and nothing shows that it is near by. */
  get isForeign(): boolean {
    return this.scope === Scope.PUBLIC && !this.isNear && !this.isCertain;
  }

  /** Only routed packets came from it. */
  get isRouted(): boolean {
    return this.isFar && !this.isNear;
  }
}
