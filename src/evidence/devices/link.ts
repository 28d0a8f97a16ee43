/** One hardware address of the local link: the IP addresses seen with it, and whether it forwards packets for others. */
import type { AddressKey } from "../../net/address-key.ts";
import { isPrivateHardware } from "../../net/hardware-address.ts";
import { Scope, siteOf } from "./address-scope.ts";
import { SignBag } from "./sign-bag.ts";

/** Limits on the addresses of a link; one with more private or foreign addresses forwards packets for others. */
const MAX_PRIVATE = 16;
const MAX_FOREIGN = 8;
const MAX_MEMBERS = 64;
/** Number of foreign sites from which a link must be a router: an IPv6 host has its own addresses in one or two. */
const FOREIGN_IPV4_SITES = 2;
const FOREIGN_IPV6_SITES = 3;
/** A router's own addresses, from which it answers itself; more of them are hosts behind a bridge. */
const MAX_OWN = 2;
const MAX_VLANS = 8;

/** The properties of an IP address that matter for its link. */
export interface LinkMember {
  readonly address: AddressKey;
  readonly scope: Scope;
  /** It certainly belongs to the link, whoever forwards its packets. */
  readonly isCertain: boolean;
  /** Packets from it arrived that no router had forwarded, and packets that one had. */
  readonly isNear: boolean;
  readonly isFar: boolean;
  /** All packets from it were forwarded. */
  readonly isRouted: boolean;
  /** A public address without any indication that it is nearby. */
  readonly isForeign: boolean;
}

export class Link {
  readonly hardware: number;
  readonly signs = new SignBag();
  /** The host name given to a DHCP server; hostile text. */
  dhcpName: string | null = null;
  /** Forwards packets: addresses behind it are not its own. */
  isGateway = false;
  /** Both ends of a conversation sent with it, so it is neither's, whoever wrote it there. */
  #isShared = false;
  #isMarkedRouter = false;
  /** Private addresses with packets that no router has forwarded. */
  #nearIpv4 = 0;
  #nearIpv6 = 0;
  readonly #members: LinkMember[] = [];
  readonly #vlans: number[] = [];

  constructor(hardware: number) {
    this.hardware = hardware;
  }

  /** Locally administered: it says nothing about the vendor. */
  get isPrivate(): boolean {
    return isPrivateHardware(this.hardware);
  }

  /** It says nothing about the owner of the addresses that came with it. */
  get isShared(): boolean {
    return this.#isShared && !this.#isMarkedRouter;
  }

  /** Notes that both ends of a conversation sent with it. */
  markShared(): void {
    this.#isShared = true;
  }

  /** VLANs (IEEE 802.1Q) that it was seen in, in order of appearance; at most eight. */
  get vlans(): readonly number[] {
    return this.#vlans;
  }

  /** Whether a further foreign address would add nothing, as the link is known to be a router. */
  get isFullOfForeign(): boolean {
    return this.#members.filter((member) => member.isForeign).length >= MAX_FOREIGN;
  }

  addVlan(vlan: number): void {
    if (this.#vlans.length < MAX_VLANS && !this.#vlans.includes(vlan)) this.#vlans.push(vlan);
  }

  /** Adds an address that was seen with it; `judge` has to be called afterwards. */
  addMember(member: LinkMember): void {
    if (this.#members.length < MAX_MEMBERS) this.#members.push(member);
  }

  /** Marks it as a router: a DHCP server names one of its addresses as such, or it has more addresses than a host. */
  markRouter(): void {
    this.#isMarkedRouter = true;
    this.isGateway = true;
  }

  /** Re-evaluates the link after a member changed. Once a gateway, always a gateway. */
  judge(): void {
    const counts = countMembers(this.#members);
    this.#nearIpv4 = counts.nearIpv4;
    this.#nearIpv6 = counts.nearIpv6;
    this.isGateway ||= this.#isMarkedRouter || isForwarding(counts);
  }

  /** Whether an address is the link's own although the link forwards packets of others. */
  owns(member: LinkMember): boolean {
    if (member.scope === Scope.LINK || member.isCertain) return true;
    if (member.scope === Scope.PUBLIC || !member.isNear || member.isFar) return false;
    return (typeof member.address === "number" ? this.#nearIpv4 : this.#nearIpv6) <= MAX_OWN;
  }
}

/** Counts over the members of a link. */
interface MemberCounts {
  foreignIpv4: Set<number | string>;
  foreignIpv6: Set<number | string>;
  /** Public ones with packets that no router has forwarded. */
  nearPublic: Set<number | string>;
  privateIpv4: number;
  /** Private ones with packets that no router has forwarded. */
  nearIpv4: number;
  nearIpv6: number;
  /** All private and public ones, and those among them with forwarded packets only. */
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

function isForwarding(counts: MemberCounts): boolean {
  const { foreignIpv4, foreignIpv6, nearPublic, privateIpv4, wide, routed } = counts;
  if (foreignIpv4.size >= FOREIGN_IPV4_SITES || foreignIpv6.size >= FOREIGN_IPV6_SITES) return true;
  // Many addresses with the hop limit of a first hop: a proxy that answers for them.
  if (nearPublic.size > MAX_OWN || privateIpv4 > MAX_PRIVATE) return true;
  if (foreignIpv4.size > 0 && privateIpv4 > 0) return true;
  return routed > 0 && wide > 1;
}
