/** From tenancies to devices: those of one hardware address, and those that a device itself names together. */

import { APPLE } from "../../knowledge/evidence/device-signs.ts";
import { type AddressKey, formatAddressKey } from "../../net/address-key.ts";
import { formatHardware } from "../../net/hardware-address.ts";
import { Scope } from "./address-scope.ts";
import { Link } from "./link.ts";
import { isApples, type SeenSign } from "./sign-bag.ts";
import type { Tenancies } from "./tenancies.ts";
import type { Tenancy } from "./tenancy.ts";

/** What the device at an address calls itself for people, or null. Hostile text. */
export type NameOfAddress = (address: AddressKey) => string | null;

/** An address of a device, while it was that device's. */
export interface DeviceAddress {
  /** The index of the tenancy. */
  readonly tenancy: number;
  readonly address: AddressKey;
  /** The VLANs that it was met in, sorted; none where frames had no tag. */
  readonly vlans: readonly number[];
}

/** A device. Texts in it come from packets. */
export interface Device {
  /** A hash of what it is known by: its hardware address, else its first address. */
  readonly id: string;
  /** Each with its time; one address may be here twice. */
  readonly tenancies: readonly DeviceAddress[];
  /** What people call it, else what it calls itself; null where nothing tells. */
  readonly name: string | null;
  readonly maker: string | null;
  readonly model: string | null;
  readonly system: string | null;
  readonly isApple: boolean | null;
  readonly isGateway: boolean;
  readonly signs: readonly SeenSign[];
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly vlans: readonly number[];
}

/** The devices, by their first tenancy. Tenancies of none (addresses that are nobody's here) are in none of them. */
export function joinDevices(tenancies: Tenancies, nameOf: NameOfAddress): readonly Device[] {
  const byHome = new Map<Link | Tenancy, Tenancy[]>();
  for (const tenancy of tenancies.all) {
    const home = homeOf(tenancy, tenancies);
    if (home === null) continue;
    const members = byHome.get(home);
    if (members === undefined) byHome.set(home, [tenancy]);
    else members.push(tenancy);
  }
  return [...byHome].map(([home, members]) => describe(home, members, tenancies, nameOf));
}

/** What the tenancies of a device have in common: its link, or the first of its addresses; null: it is nobody's here. */
export function homeOf(tenancy: Tenancy, tenancies: Tenancies): Link | Tenancy | null {
  const { link, joinedTo, scope } = tenancy;
  if (joinedTo !== null) return homeOf(tenancy.root, tenancies);
  if (link === null || link.isShared) return scope === Scope.PUBLIC ? null : firstOf(tenancy, tenancies);
  if (tenancy.isCertain) return link;
  if (!link.isGateway && !tenancy.isRouted) return tenancy.isForeign ? null : link;
  if (link.isGateway && link.owns(tenancy)) return link;
  if (scope === Scope.PUBLIC || !tenancy.isHeard) return null;
  const direct = tenancies.of(tenancy.address).find((one) => one.link !== null && !one.link.isGateway);
  return direct !== undefined && direct !== tenancy && !direct.isRouted && direct.link !== null
    ? direct.link
    : firstOf(tenancy, tenancies);
}

/** Where only the address tells devices apart, all times of it are one. */
function firstOf(tenancy: Tenancy, tenancies: Tenancies): Tenancy {
  const all = tenancies.of(tenancy.address);
  return (
    all.find((one) => one.link === null || one.link.isShared || one.link.isGateway || one.isRouted) ?? tenancy
  );
}

function describe(
  home: Link | Tenancy,
  members: readonly Tenancy[],
  tenancies: Tenancies,
  nameOf: NameOfAddress,
): Device {
  const links = home instanceof Link && members.some(({ link }) => link === home) ? [home] : [];
  const signs = signsOf(links, members);
  const isApple = members.every((member) => member.isRouted) ? null : isApples(signs);
  const ranked = [...members].sort((a, b) => rankOf(a) - rankOf(b) || a.index - b.index);
  const addresses = [...new Set(ranked.map(({ address }) => formatAddressKey(address)))];
  const model = signs.find(({ kind }) => kind === "model")?.text ?? null;
  const isGateway = links.some((link) => link.isGateway);
  return {
    id: idOf(home),
    tenancies: members.map(({ index, address, vlans }) => ({
      tenancy: index,
      address,
      vlans: sorted(vlans),
    })),
    name: nameFor(ranked, links, tenancies, nameOf),
    maker: makerOf(signs, isApple),
    model,
    system: isApple === null ? null : systemOf(signs, isApple),
    isApple,
    isGateway,
    signs,
    addresses,
    macs: links.map(({ hardware }) => formatHardware(hardware)),
    vlans: sorted(links.flatMap(({ vlans }) => vlans)),
  };
}

/** All that were seen, each once. */
function signsOf(links: readonly Link[], members: readonly Tenancy[]): readonly SeenSign[] {
  const signs = new Set<SeenSign>();
  for (const link of links) for (const sign of link.signs.signs) signs.add(sign);
  for (const member of members) for (const sign of member.signs.signs) signs.add(sign);
  return [...signs];
}

/** Each number once. */
function sorted(numbers: readonly number[]): readonly number[] {
  if (numbers.length < 2) return [...numbers];
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** IPv4 first, then addresses of any network, then those of the link. */
function rankOf({ address, scope }: Tenancy): number {
  if (typeof address === "number") return scope === Scope.LINK ? 1 : 0;
  return scope === Scope.LINK ? 3 : 2;
}

/** An address that another device had as well names neither by what is known of the address alone. */
function nameFor(
  members: readonly Tenancy[],
  links: readonly Link[],
  tenancies: Tenancies,
  nameOf: NameOfAddress,
): string | null {
  for (const member of members) {
    if (tenancies.of(member.address).length > 1 && links.length > 0) continue;
    const name = nameOf(member.address);
    if (name !== null) return name;
  }
  const host = members.find(({ hostName }) => hostName !== null)?.hostName ?? null;
  return host ?? links.find(({ dhcpName }) => dhcpName !== null)?.dhcpName ?? null;
}

function makerOf(signs: readonly SeenSign[], isApple: boolean | null): string | null {
  if (isApple === null) return null;
  if (isApple) return APPLE;
  return signs.find(({ maker, strength }) => maker !== APPLE && strength === "strong")?.maker ?? null;
}

function systemOf(signs: readonly SeenSign[], isApple: boolean): string | null {
  return signs.find(({ system, maker }) => system !== null && (maker === APPLE) === isApple)?.system ?? null;
}

/** The id of the device that is at home there. */
export function idOf(home: Link | Tenancy): string {
  return home instanceof Link
    ? hashOf(formatHardware(home.hardware))
    : hashOf(formatAddressKey(home.address));
}

/** 64 bits as hexadecimal digits: two words of which each is that of MurmurHash3's last steps. Hides nothing. */
function hashOf(text: string): string {
  return [0x9e3779b1, 0x85ebca6b].map((seed) => wordOf(text, seed).toString(16).padStart(8, "0")).join("");
}

function wordOf(text: string, seed: number): number {
  let hash = seed ^ text.length;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0xcc9e2d51);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + seed;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
