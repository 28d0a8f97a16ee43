/** One hardware address of the local link: the IP addresses that it was met with, and whether it passes packets on for others. */
import type { AddressKey } from "../../net/address-key.ts";
import { isPrivateHardware } from "../../net/hardware-address.ts";
import { Scope, siteOf } from "./address-scope.ts";
import { SignBag } from "./sign-bag.ts";

/** Addresses of a link that are looked at; one with more private or foreign ones passes packets on for others. */
const MOST_PRIVATE = 16;
const MOST_FOREIGN = 8;
const MOST_MEMBERS = 64;
/** Foreign sites from which on it must be a router: of IPv6 a host has addresses of its own in one or two. */
const FOREIGN_IPV4_SITES = 2;
const FOREIGN_IPV6_SITES = 3;
/** A router's own addresses, which it answers from itself; more of them are hosts behind a bridge. */
const MOST_OWN = 2;
const MOST_VLANS = 8;

/** What of an IP address counts for the link that it was met with. */
export interface LinkMember {
  readonly address: AddressKey;
  readonly scope: Scope;
  /** It is that link's, whoever passes its packets on. */
  readonly isCertain: boolean;
  /** Packets came from it that no router had passed on, and that one had. */
  readonly isNear: boolean;
  readonly isFar: boolean;
  /** Only routed packets came from it. */
  readonly isRouted: boolean;
  /** Of any network, and nothing shows that it is near by. */
  readonly isForeign: boolean;
}

export class Link {
  readonly hardware: number;
  readonly signs = new SignBag();
  /** The name that the host told a DHCP server; hostile text. */
  dhcpName: string | null = null;
  /** Passes packets on: addresses behind it are not its own. */
  isGateway = false;
  /** Both ends of a conversation sent with it: whoever wrote it there, it is neither's. */
  #isShared = false;
  #isToldRouter = false;
  /** Private addresses whose packets no router has passed on. */
  #nearIpv4 = 0;
  #nearIpv6 = 0;
  readonly #members: LinkMember[] = [];
  readonly #vlans: number[] = [];

  constructor(hardware: number) {
    this.hardware = hardware;
  }

  /** Its owner chose it himself: it tells nothing of the maker. */
  get isPrivate(): boolean {
    return isPrivateHardware(this.hardware);
  }

  /** It says nothing of whose the addresses are that came with it. */
  get isShared(): boolean {
    return this.#isShared && !this.#isToldRouter;
  }

  /** Both ends of a conversation sent with it. */
  tellShared(): void {
    this.#isShared = true;
  }

  /** The VLANs (IEEE 802.1Q) that it was met in, as they were met; at most eight. */
  get vlans(): readonly number[] {
    return this.#vlans;
  }

  /** Whether one more foreign address would only be one more of a router's. */
  get isFullOfForeign(): boolean {
    return this.#members.filter((member) => member.isForeign).length >= MOST_FOREIGN;
  }

  addVlan(vlan: number): void {
    if (this.#vlans.length < MOST_VLANS && !this.#vlans.includes(vlan)) this.#vlans.push(vlan);
  }

  /** An address was met with it; what is known of that is to be judged. */
  addMember(member: LinkMember): void {
    if (this.#members.length < MOST_MEMBERS) this.#members.push(member);
  }

  /** A DHCP server names one of its addresses as the router, or it has more addresses than a host has. */
  tellRouter(): void {
    this.#isToldRouter = true;
    this.isGateway = true;
  }

  /** Something became known of a member. Once a gateway, always one. */
  judge(): void {
    const counts = countMembers(this.#members);
    this.#nearIpv4 = counts.nearIpv4;
    this.#nearIpv6 = counts.nearIpv6;
    this.isGateway ||= this.#isToldRouter || passesOn(counts);
  }

  /** Whether an address is the link's own although it passes on packets of others. */
  owns(member: LinkMember): boolean {
    if (member.scope === Scope.LINK || member.isCertain) return true;
    if (member.scope === Scope.PUBLIC || !member.isNear || member.isFar) return false;
    return (typeof member.address === "number" ? this.#nearIpv4 : this.#nearIpv6) <= MOST_OWN;
  }
}

/** What the members of a link add up to. */
interface MemberCounts {
  foreignIpv4: Set<number | string>;
  foreignIpv6: Set<number | string>;
  /** Public ones whose packets no router has passed on. */
  nearPublic: Set<number | string>;
  privateIpv4: number;
  /** Private ones whose packets no router has passed on. */
  nearIpv4: number;
  nearIpv6: number;
  /** All that reach beyond the link, and those of them that only a router passed on. */
  wide: number;
  routed: number;
}

function countMembers(members: readonly LinkMember[]): MemberCounts {
  const counts: MemberCounts = {
    foreignIpv4: new Set(),
    foreignIpv6: new Set(),
    nearPublic: new Set(),
    privateIpv4: 0,
    nearIpv4: 0,
    nearIpv6: 0,
    wide: 0,
    routed: 0,
  };
  for (const { address, scope, isNear, isForeign, isRouted } of members) {
    if (scope !== Scope.PRIVATE && scope !== Scope.PUBLIC) continue;
    const isIpv4 = typeof address === "number";
    counts.wide++;
    if (isRouted) counts.routed++;
    if (scope === Scope.PUBLIC) {
      if (isForeign) (isIpv4 ? counts.foreignIpv4 : counts.foreignIpv6).add(siteOf(address));
      else if (isIpv4) counts.nearPublic.add(siteOf(address));
    } else if (isIpv4) {
      counts.privateIpv4++;
      if (isNear) counts.nearIpv4++;
    } else if (isNear) counts.nearIpv6++;
  }
  return counts;
}

function passesOn(counts: MemberCounts): boolean {
  const { foreignIpv4, foreignIpv6, nearPublic, privateIpv4, wide, routed } = counts;
  if (foreignIpv4.size >= FOREIGN_IPV4_SITES || foreignIpv6.size >= FOREIGN_IPV6_SITES) return true;
  // With the hop limit of a first hop: a proxy that speaks for them.
  if (nearPublic.size > MOST_OWN || privateIpv4 > MOST_PRIVATE) return true;
  if (foreignIpv4.size > 0 && privateIpv4 > 0) return true;
  return routed > 0 && wide > 1;
}
