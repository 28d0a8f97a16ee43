/** One hardware address of the local link: the IP addresses that it was met with, and whether it passes packets on for others. */
import type { AddressKey } from "../../net/address-key.ts";
import { hardwareInAddress, isPrivateHardware } from "../../net/hardware-address.ts";
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
  #isToldRouter = false;
  readonly #members: LinkMember[] = [];
  readonly #vlans: number[] = [];

  constructor(hardware: number) {
    this.hardware = hardware;
  }

  /** Its owner chose it himself: it tells nothing of the maker. */
  get isPrivate(): boolean {
    return isPrivateHardware(this.hardware);
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

  /** An address was met with it. */
  addMember(member: LinkMember): void {
    if (this.#members.length < MOST_MEMBERS) this.#members.push(member);
    this.judge();
  }

  /** A DHCP server names one of its addresses as the router, or it has more addresses than a host has. */
  tellRouter(): void {
    this.#isToldRouter = true;
    this.isGateway = true;
  }

  /** Something became known of a member. Once a gateway, always one. */
  judge(): void {
    this.isGateway ||= this.#isToldRouter || this.#passesOn();
  }

  /** Whether an address is the link's own although it passes on packets of others. */
  owns(member: LinkMember): boolean {
    if (member.scope === Scope.LINK || member.isCertain) return true;
    if (hardwareInAddress(member.address) === this.hardware) return true;
    if (!member.isNear || member.isFar) return false;
    if (member.scope === Scope.PUBLIC) return false;
    const isIpv4 = typeof member.address === "number";
    const own = this.#members.filter(
      (one) => one.scope === Scope.PRIVATE && one.isNear && (typeof one.address === "number") === isIpv4,
    );
    return own.length <= MOST_OWN;
  }

  #passesOn(): boolean {
    const foreign = this.#members.filter((member) => member.isForeign);
    const sites = (isIpv4: boolean) =>
      new Set(
        foreign.flatMap(({ address }) => ((typeof address === "number") === isIpv4 ? [siteOf(address)] : [])),
      ).size;
    const ipv4Sites = sites(true);
    if (ipv4Sites >= FOREIGN_IPV4_SITES || sites(false) >= FOREIGN_IPV6_SITES) return true;
    // With the hop limit of a first hop: a proxy that speaks for them.
    const near = this.#members.filter(
      ({ scope, isForeign, address }) => scope === Scope.PUBLIC && !isForeign && typeof address === "number",
    );
    if (new Set(near.map(({ address }) => siteOf(address))).size > MOST_OWN) return true;
    const priv = this.#members.filter(
      ({ scope, address }) => scope === Scope.PRIVATE && typeof address === "number",
    );
    if (priv.length > MOST_PRIVATE || (ipv4Sites > 0 && priv.length > 0)) return true;
    const wide = this.#members.filter(({ scope }) => scope === Scope.PRIVATE || scope === Scope.PUBLIC);
    return wide.length > 1 && wide.some((member) => member.isRouted);
  }
}
