/** Joins tenancies to devices: those of one hardware address, and those that a device itself names together. */

import { APPLE } from "../../knowledge/evidence/device-signs.ts";
import { type AddressKey, formatAddressKey } from "../../net/address-key.ts";
import { formatHardware } from "../../net/hardware-address.ts";
import { Scope } from "./address-scope.ts";
import { Link } from "./link.ts";
import { isAppleDevice, type SeenSign } from "./sign-bag.ts";
import type { Tenancies } from "./tenancies.ts";
import type { Tenancy } from "./tenancy.ts";

/** Returns the friendly name that the device at an address announces, or null. Hostile text. */
export type NameOfAddress = (address: AddressKey) => string | null;

/** An address of a device, for the time it belonged to the device. */
export interface DeviceAddress {
  /** Index of the tenancy. */
  readonly tenancy: number;
  readonly address: AddressKey;
  /** The VLANs that it was seen in, sorted; empty if frames had no tag. */
  readonly vlans: readonly number[];
}

/** A device. Its texts come from packets. */
export interface Device {
  /** A hash of its identity: the hardware address, else the first address. */
  readonly id: string;
  /** Addresses with their times; the same address may occur twice. */
  readonly tenancies: readonly DeviceAddress[];
  /** Its friendly name, else its host name; null if unknown. */
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

/** Builds the devices, ordered by first tenancy. Tenancies without an owner in the local network are left out. */
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

/**
 * What the tenancies of a device have in common: its link, or the first of its addresses; null: no owner in the local
 * network.
 */
export function homeOf(tenancy: Tenancy, tenancies: Tenancies): Link | Tenancy | null {
  const { link, joinedTo, scope } = tenancy;
  if (joinedTo !== null) return homeOf(tenancy.root, tenancies);
  if (link === null || link.isShared) return scope === Scope.PUBLIC ? null : firstOf(tenancy, tenancies);
  if (tenancy.isCertain) return link;
  if (!link.isGateway && !tenancy.isRouted) return tenancy.isForeign ? null : link;
  if (link.isGateway && link.owns(tenancy)) return link;
  if (scope === Scope.PUBLIC || !tenancy.hasSent) return null;
  const direct = tenancies.of(tenancy.address).find((one) => one.link !== null && !one.link.isGateway);
  return direct !== undefined && direct !== tenancy && !direct.isRouted && direct.link !== null
    ? direct.link
    : firstOf(tenancy, tenancies);
}

/** If only the address distinguishes devices, all its tenancies are one. */
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
  const isApple = members.every((member) => member.isRouted) ? null : isAppleDevice(signs);
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

/** All signs, without duplicates. */
function signsOf(links: readonly Link[], members: readonly Tenancy[]): readonly SeenSign[] {
  const signs = new Set<SeenSign>();
  for (const link of links) for (const sign of link.signs.signs) signs.add(sign);
  for (const member of members) for (const sign of member.signs.signs) signs.add(sign);
  return [...signs];
}

/** Sorted, without duplicates. */
function sorted(numbers: readonly number[]): readonly number[] {
  if (numbers.length < 2) return [...numbers];
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** IPv4 before IPv6, link-local addresses last within each. */
function rankOf({ address, scope }: Tenancy): number {
  if (typeof address === "number") return scope === Scope.LINK ? 1 : 0;
  return scope === Scope.LINK ? 3 : 2;
}

/** Names learned by address are ambiguous if another device also had the address. */
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

/** Id of the device with this home. */
export function idOf(home: Link | Tenancy): string {
  return home instanceof Link
    ? hashOf(formatHardware(home.hardware))
    : hashOf(formatAddressKey(home.address));
}

/** A 64-bit hash in hexadecimal digits: two words with the final mix of MurmurHash3. Not cryptographic. */
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
