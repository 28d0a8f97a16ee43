/**
 * Who has an address, and since when: a tenancy is an IP address together with the hardware address seen with it, from the
 * first such packet on. When a lease moves on, another tenancy of the same address begins.
 */
import type { AddressKey } from "../../net/address-key.ts";
import { Scope, scopeOf } from "./address-scope.ts";
import type { Link } from "./link.ts";
import { isAppleDevice, SignBag } from "./sign-bag.ts";

/** Exceeds the number of signs kept of a link or an address. */
const BASIS_UNIT = 64;

const NO_VLANS: readonly number[] = [];
const MAX_VLANS = 8;

export class Tenancy {
  readonly address: AddressKey;
  readonly scope: Scope;
  /** Since 1970; 0: from the beginning. */
  readonly sinceSeconds: number;
  /** The hardware address seen with it, null if none was. */
  readonly link: Link | null;
  /** DHCP, or the address itself, shows that it belongs to that hardware, whoever forwards the packets. */
  isCertain = false;
  /** Packets from it had that hardware address. */
  isSender = false;
  /** It has sent something. */
  hasSent = false;
  /** Packets from it arrived that no router had forwarded, and packets that one had. */
  isNear = false;
  isFar = false;
  readonly signs = new SignBag();
  /** The host's own name in multicast DNS (`annas-mac.local`). Hostile text. */
  hostName: string | null = null;
  /** The tenancy of the same device that it was joined to; null: none. Never circular. */
  joinedTo: Tenancy | null = null;
  readonly index: number;
  /** VLANs (IEEE 802.1Q) that it was seen in, in order of appearance; at most eight. Most have none. */
  vlans: readonly number[] = NO_VLANS;
  /** Version of knowledge when the device's vendor was last judged. */
  #judgedBasis = 0;
  #isApple: boolean | null = null;

  constructor(index: number, address: AddressKey, link: Link | null, sinceSeconds: number) {
    this.index = index;
    this.address = address;
    this.scope = scopeOf(address);
    this.link = link;
    this.sinceSeconds = sinceSeconds;
  }

  addVlan(vlan: number): void {
    if (this.vlans.length < MAX_VLANS && !this.vlans.includes(vlan)) this.vlans = [...this.vlans, vlan];
  }

  /** The tenancy that it was joined to, directly or indirectly; itself if there is none. */
  get root(): Tenancy {
    let root: Tenancy = this;
    while (root.joinedTo !== null) root = root.joinedTo;
    // Path compression: keeps every tenancy one step away from its root.
    if (root !== this) this.joinedTo = root;
    return root;
  }

  /** The address is its link's own, not one that the link forwards packets for. */
  get belongsToLink(): boolean {
    const { link } = this;
    return link !== null && !link.isShared && !this.isRouted && (!link.isGateway || link.owns(this));
  }

  /**
   * Whether its device is Apple's (true) or another vendor's (false), from the signs of its address and link; null: unknown.
   */
  get isApple(): boolean | null {
    // Most have no signs.
    if (this.signs.isEmpty && (this.link === null || this.link.signs.isEmpty)) return null;
    const { link, belongsToLink } = this;
    const signs = link === null || !belongsToLink ? 0 : link.signs.signs.length;
    const basis = signs * BASIS_UNIT + this.signs.signs.length;
    if (basis !== this.#judgedBasis) {
      this.#judgedBasis = basis;
      const ofLink = link !== null && signs > 0 ? link.signs.signs : [];
      this.#isApple = this.isRouted ? null : isAppleDevice([...ofLink, ...this.signs.signs]);
    }
    return this.#isApple;
  }

  /** A public address without any indication that it is nearby. */
  get isForeign(): boolean {
    return this.scope === Scope.PUBLIC && !this.isNear && !this.isCertain;
  }

  /** All packets from it were forwarded. */
  get isRouted(): boolean {
    return this.isFar && !this.isNear;
  }
}
