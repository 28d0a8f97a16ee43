/**
 * The devices of the local network while a capture is read: the owners of addresses, and signs of the vendors of devices
 * (docs/contract.md, "Devices"). Bounded; a device never identifies a flow.
 */
import type { FlowView } from "../../flows/flow-view.ts";
import { Hops, type PacketRow } from "../../flows/packet-row.ts";
import type { DeviceRules } from "../../knowledge/evidence/device-signs.ts";
import type { AddressKey } from "../../net/address-key.ts";
import { readUint16 } from "../../net/byte-reads.ts";
import { hardwareInAddress, hardwarePrefix, isStation, readHardware } from "../../net/hardware-address.ts";
import type { DhcpMessage } from "../payload/dhcp-names.ts";
import { type DnsMessage, DnsType } from "../payload/dns-message.ts";
import { Scope, scopeOf } from "./address-scope.ts";
import { type Device, homeOf, idOf, joinDevices, type NameOfAddress } from "./join-devices.ts";
import type { Link } from "./link.ts";
import { MakerCache } from "./maker-cache.ts";
import { announcedSigns } from "./multicast-signs.ts";
import { APPLE_HARDWARE } from "./sign-bag.ts";
import { OTHERS, OUTSIDE, Tenancies, type TenancyLimits } from "./tenancies.ts";
import type { Tenancy } from "./tenancy.ts";

/** VLAN tags after the addresses of an Ethernet frame: types of a tag (IEEE 802.1Q, 9.6) and the mask of the VLAN number. */
const TAG_TYPES: readonly number[] = [0x8100, 0x88a8];
const HARDWARE_LENGTH = 6;
const VLAN_MASK = 0x0fff;
/** Maximum number of addresses in one multicast DNS message that are joined. */
const MAX_JOINED = 16;
const MAX_ROUTERS = 256;

/** Whether only Apple software announces a service type. The type is hostile text. */
export type IsAppleOnly = (type: string) => boolean;

export class DeviceRegistry {
  readonly #rules: DeviceRules;
  readonly #isAppleOnly: IsAppleOnly;
  readonly #tenancies: Tenancies;
  /** Addresses of routers as named by DHCP servers. */
  readonly #routers = new Set<AddressKey>();
  readonly #makers: MakerCache;
  /** By tenancy index: whether it is known to have sent something. */
  readonly #hasSent: boolean[] = [];
  /** Owners at the sides of the flow that was looked up last: a tenancy index, or `OUTSIDE`. */
  #atA = OUTSIDE;
  #atB = OUTSIDE;

  constructor(rules: DeviceRules, isAppleOnly: IsAppleOnly, limits?: TenancyLimits) {
    this.#rules = rules;
    this.#isAppleOnly = isAppleOnly;
    const { appleHardware } = rules;
    this.#tenancies = new Tenancies((link) => {
      const isApple = !link.isPrivate && appleHardware.has(hardwarePrefix(link.hardware));
      if (isApple) link.signs.push(APPLE_HARDWARE);
    }, limits);
    this.#makers = new MakerCache(this.#tenancies.all);
  }

  /** Approximate number of device addresses beyond the limit. */
  get leftOut(): number {
    return this.#tenancies.leftOut;
  }

  /** Notes the hardware address that the address at one end of a packet came with; see `FlowObserver.observeAddress`. */
  observeAddress(packet: PacketRow, end: number, hops: number): boolean {
    const hardware = readHardware(packet.bytes, packet.hardwareOffset(end));
    if (!isStation(hardware)) return false;
    const address = packet.addressKey(end === 0 ? packet.side : 1 - packet.side);
    const scope = scopeOf(address);
    if (scope === Scope.NOBODY || scope === Scope.HOST) return false;
    const link = this.#tenancies.linkOf(hardware);
    // If there is no room, the device is known by the address alone when its flow ends.
    if (link === null) return false;
    // Most packets that a router forwards: nothing is kept of them.
    if (link.isGateway && scope === Scope.PUBLIC) return true;
    const vlan = vlanOf(packet);
    if (vlan !== null) link.addVlan(vlan);
    const isNear = hops === Hops.NONE;
    const known = this.#tenancies.at(address, packet.seconds);
    const isKnown = known !== null && known.link === link;
    if (!isKnown && !isNear && this.#canIgnoreAddress(link, scope, end)) return link.isGateway;
    const tenancy = isKnown ? known : this.#open(address, link, packet.seconds);
    if (tenancy === null) return link.isGateway;
    if (vlan !== null) tenancy.addVlan(vlan);
    const isFar = hops === Hops.SOME;
    const hasChanged = !isKnown || (isNear && !tenancy.isNear) || (isFar && !tenancy.isFar);
    tenancy.hasSent ||= end === 0;
    tenancy.isSender ||= end === 0;
    tenancy.isNear ||= isNear;
    tenancy.isFar ||= isFar;
    if (hasChanged) {
      link.judge();
      this.#makers.invalidate();
    }
    return link.isGateway;
  }

  /** Reads a DHCP message between ports 67 and 68. */
  addDhcp(message: DhcpMessage, seconds: number): void {
    const { hardware, address, name, optionCodes, vendorClass } = message;
    this.#makers.invalidate();
    for (const router of message.routers) this.#addRouter(router);
    if (hardware === null || !isStation(hardware)) return;
    const link = this.#tenancies.linkOf(hardware);
    if (link === null) return;
    const isFromHost = message.kind !== "acknowledged";
    if (isFromHost && name !== null) link.dhcpName = name;
    if (isFromHost) {
      this.#addSign(link, "dhcp-options", optionCodes);
      this.#addSign(link, "vendor-class", vendorClass);
      this.#addSign(link, "host-name", name);
    }
    // An address that a host requests is not its own yet; one that a server grants moves to the host, whoever had it before.
    if (address === null || message.kind === "asked" || scopeOf(address) === Scope.NOBODY) return;
    const tenancy = this.#open(address, link, seconds);
    if (tenancy === null) return;
    tenancy.isCertain = true;
    link.judge();
  }

  /** Reads a multicast DNS message. Only a response describes its sender: known answers in a query are somebody else's. */
  addMulticast(message: DnsMessage, sender: AddressKey, seconds: number): void {
    if (!message.isResponse || scopeOf(sender) < Scope.LINK) return;
    const tenancy = this.#tenancies.at(sender, seconds) ?? this.#open(sender, null, seconds);
    if (tenancy === null) return;
    tenancy.hasSent = true;
    const wasCertain = tenancy.isCertain;
    const hosts = message.records.filter(({ type }) => type === DnsType.A || type === DnsType.AAAA);
    const own = hosts.find(({ addresses }) => addresses.includes(sender));
    // A reflector repeats announcements of others and is none of the hosts in them.
    if (hosts.length > 0 && own === undefined) return;
    tenancy.isCertain ||= tenancy.link !== null;
    for (const { kind, text, rule } of announcedSigns(message, this.#rules.signs, this.#isAppleOnly)) {
      if (tenancy.signs.add(kind, text, rule)) this.#makers.invalidate();
    }
    if (!wasCertain && tenancy.isCertain) this.#makers.invalidate();
    if (own === undefined) return;
    tenancy.hostName = own.name;
    const others = hosts.filter(({ name }) => name === own.name).flatMap(({ addresses }) => addresses);
    for (const other of others.slice(0, MAX_JOINED)) this.#join(tenancy, other, seconds);
  }

  /** Looks up the owners at both sides of a flow (borrowed for the call); the methods with a side then refer to that flow. */
  lookUp(flow: FlowView): void {
    this.#atA = this.#tenancies.indexAtSide(flow, 0);
    this.#atB = this.#tenancies.indexAtSide(flow, 1);
    if (this.#atA >= 0 && this.#atB >= 0) this.#compareEnds(flow);
  }

  /**
   * A hardware address that both ends of a flow (borrowed) send with is neither's: it belongs to a tap, a tool or a router.
   */
  #compareEnds(flow: FlowView): void {
    if (this.#atA === this.#atB || flow.packets(0) === 0 || flow.packets(1) === 0) return;
    const link = this.#senderOf(this.#atA);
    if (link === null || link.isShared || link !== this.#senderOf(this.#atB)) return;
    link.markShared();
    this.#makers.invalidate();
  }

  /** The only link that packets of an address came with, which may be that of another tenancy; null: none, or several. */
  #senderOf(index: number): Link | null {
    let sender: Tenancy | null = null;
    for (const one of this.#tenancies.of(this.#tenancies.all[index].address)) {
      if (!one.isSender) continue;
      if (sender !== null && one.link !== sender.link) return null;
      sender = one;
    }
    return sender === null ? null : sender.link;
  }

  /** Notes signs in an HTTP request by a side: the beginning of its user agent, and the requested host. */
  addRequest(side: number, userAgent: string | null, host: string | null): void {
    const index = this.#lookedUpIndex(side);
    // There may be many devices at one address behind a router.
    if (index < 0 || this.#tenancies.all[index].isFar) return;
    const { signs } = this.#tenancies.all[index];
    for (const [kind, text] of [["user-agent", userAgent] as const, ["captive-host", host] as const]) {
      const rule = text === null ? null : this.#rules.signs.match(kind, text);
      if (text !== null && rule !== null && signs.add(kind, text, rule)) this.#makers.invalidate();
    }
  }

  /** Whether the device at a side is Apple's (true) or another vendor's (false); null: unknown, or no device. */
  isAppleAt(side: number): boolean | null {
    const index = this.#lookedUpIndex(side);
    return index < 0 ? null : this.#makers.isApple(index);
  }

  /** Tenancy index at a side of the looked-up flow (borrowed), or `OUTSIDE` or `OTHERS`. */
  indexAt(flow: FlowView, side: number): number {
    const known = this.#lookedUpIndex(side);
    if (known >= 0) {
      if (flow.packets(side) > 0) this.#markSender(known);
      return known;
    }
    if (flow.packets(side) === 0) return OUTSIDE;
    const address = flow.addressKey(side);
    const scope = scopeOf(address);
    if (scope === Scope.NOBODY || scope === Scope.PUBLIC) return OUTSIDE;
    const tenancy = this.#open(address, null, flow.firstSeconds);
    if (tenancy === null) return OTHERS;
    tenancy.hasSent = true;
    if (side === 0) this.#atA = tenancy.index;
    else this.#atB = tenancy.index;
    return tenancy.index;
  }

  /** Id of the device at a tenancy index, as far as is known now; null: none. */
  deviceIdOf(index: number): string | null {
    if (index < 0) return null;
    const home = homeOf(this.#tenancies.all[index], this.#tenancies);
    return home === null ? null : idOf(home);
  }

  /** The devices, each with all its tenancies. Owned by the caller. */
  devices(nameOf: NameOfAddress): readonly Device[] {
    return joinDevices(this.#tenancies, nameOf);
  }

  /** Whether one more address of a link can be ignored because it is not its own. */
  #canIgnoreAddress(link: Link, scope: Scope, end: number): boolean {
    if (scope === Scope.PUBLIC && link.isFullOfForeign) {
      link.markRouter();
      this.#makers.invalidate();
      return true;
    }
    return link.isGateway && end !== 0;
  }

  /** Notes that a tenancy sent something; mostly this was noted before. */
  #markSender(index: number): void {
    if (this.#hasSent[index] === true) return;
    this.#hasSent[index] = true;
    this.#tenancies.all[index].hasSent = true;
  }

  #lookedUpIndex(side: number): number {
    return side === 0 ? this.#atA : this.#atB;
  }

  #open(address: AddressKey, link: Link | null, seconds: number): Tenancy | null {
    const made = link === null ? hardwareInAddress(address) : null;
    const own = made !== null && scopeOf(address) === Scope.LINK ? this.#tenancies.linkOf(made) : link;
    const known = this.#tenancies.at(address, seconds);
    const tenancy = this.#tenancies.open(address, own, seconds);
    if (tenancy === null || tenancy === known) return tenancy;
    this.#makers.invalidate();
    if (made !== null && own !== null) tenancy.isCertain = true;
    tenancy.link?.addMember(tenancy);
    if (this.#routers.has(address)) markRouter(tenancy);
    return tenancy;
  }

  #addRouter(address: AddressKey): void {
    if (this.#routers.size >= MAX_ROUTERS || scopeOf(address) === Scope.NOBODY) return;
    this.#routers.add(address);
    for (const tenancy of this.#tenancies.of(address)) markRouter(tenancy);
  }

  #join(tenancy: Tenancy, address: AddressKey, seconds: number): void {
    if (scopeOf(address) < Scope.LINK || address === tenancy.address) return;
    const other = this.#tenancies.at(address, seconds) ?? this.#open(address, tenancy.link, seconds);
    // Another hardware address is another device, whatever is announced.
    if (other === null || (other.link !== null && other.link !== tenancy.link)) return;
    if (!other.isCertain && other.link !== null) {
      other.isCertain = true;
      this.#makers.invalidate();
    }
    const [root, joined] = [tenancy.root, other.root];
    if (root !== joined) joined.joinedTo = root;
  }

  #addSign(link: Link, kind: "dhcp-options" | "vendor-class" | "host-name", text: string | null): void {
    const rule = text === null ? null : this.#rules.signs.match(kind, text);
    if (text !== null && rule !== null) link.signs.add(kind, text, rule);
  }
}

/** The VLAN in the outermost tag of an Ethernet frame, or null if there is no tag. */
function vlanOf(packet: PacketRow): number | null {
  const at = packet.hardwareOffset(0);
  if (at < 0 || packet.hardwareOffset(1) !== at - HARDWARE_LENGTH) return null;
  const tag = at + HARDWARE_LENGTH;
  if (!TAG_TYPES.includes(readUint16(packet.bytes, tag))) return null;
  return readUint16(packet.bytes, tag + 2) & VLAN_MASK;
}

/** A DHCP server named the address as the router's, so it certainly belongs to its link. */
function markRouter(tenancy: Tenancy): void {
  if (tenancy.link === null) return;
  tenancy.link.markRouter();
  tenancy.isCertain = true;
}
