/**
 * Location of a firewall, and which side of it is inside. Gives allow-rules their direction: a router lets new
 * connections through only from inside, whatever their port.
 */

import { InputError } from "../errors.ts";
import { type IpPrefix, parseIpPrefix, prefixMask } from "../knowledge/evidence/ip-prefix.ts";

/** A Linux hook: packets that a router forwards, or that a host itself sends. */
export type FirewallHook = "forward" | "output";

/** The side of a router on which the devices are. At least one of the two is known; if both are, both must match. */
export interface Inside {
  /** The router's interface towards the devices; null if only their networks are known. */
  readonly interfaceName: string | null;
  /** Networks of the devices, none containing another; empty if only the interface is known. */
  readonly networks: readonly IpPrefix[];
}

/** A router between the devices and everything else, or the device itself. */
export type FirewallPlace = { readonly kind: "router"; readonly inside: Inside } | { readonly kind: "host" };

/**
 * Includes the characters of Cisco's names: "GigabitEthernet0/0/1.100". Excludes every firewall's wildcards and
 * delimiters.
 */
const INTERFACE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.:/-]*$/;
/** Words that mean every interface, for example in pf. */
const EVERY_INTERFACE = new Set(["any", "all"]);

/**
 * Describes the inside by an interface and networks; returns a text for an error message if they are invalid.
 *
 * @param networks as ADDRESS/LENGTH
 *
 * @example
 * ```ts
 * import { describeInside } from "appleflow/firewall";
 *
 * const inside = describeInside("lan0", ["10.1.0.0/16"]);
 * if (typeof inside === "string") throw new Error(inside);
 * ```
 */
export function describeInside(interfaceName: string | null, networks: readonly string[]): Inside | string {
  const problem = problemOf(interfaceName, networks.length);
  if (problem !== null) return problem;
  const prefixes: IpPrefix[] = [];
  for (const text of networks) {
    const prefix = parseIpPrefix(text);
    if (typeof prefix === "string") return prefix;
    prefixes.push(prefix);
  }
  return { interfaceName, networks: withoutCovered(prefixes) };
}

/**
 * Rejects a router without an inside, whose rules would let everybody in, and an interface name that could inject a
 * rule. Throws `InputError` `bad_argument`.
 */
export function checkPlace(place: FirewallPlace): void {
  if (place.kind === "host") return;
  const { interfaceName, networks } = place.inside;
  const isWhole = networks.every(({ version, length }) => (version === 4 || version === 6) && length > 0);
  const problem =
    problemOf(interfaceName, networks.length) ?? (isWhole ? null : "a network covers every address");
  if (problem !== null) throw new InputError("bad_argument", `the inside of the router: ${problem}`);
}

function problemOf(interfaceName: string | null, networks: number): string | null {
  if (interfaceName === null) return networks === 0 ? "neither an interface nor a network is given" : null;
  const isName = INTERFACE_NAME.test(interfaceName) && !EVERY_INTERFACE.has(interfaceName.toLowerCase());
  return isName ? null : `"${interfaceName}" is not the name of one interface`;
}

/** Returns the networks of one IP version. */
export function networksOf({ networks }: Inside, version: 4 | 6): IpPrefix[] {
  return networks.filter((network) => network.version === version);
}

/** Returns the networks that no other contains, each once, in order: firewalls refuse sets with overlaps. */
export function withoutCovered<Network extends IpPrefix>(networks: readonly Network[]): Network[] {
  return networks.filter(
    (network, index) =>
      !networks.some((other, place) => {
        if (place === index || !covers(other, network)) return false;
        // Of two equal networks the first is kept.
        return other.length < network.length || place < index;
      }),
  );
}

function covers(wide: IpPrefix, narrow: IpPrefix): boolean {
  if (wide.version !== narrow.version || wide.length > narrow.length) return false;
  return wide.words.every((word, index) => {
    const mask = prefixMask(wide.version, wide.length, index);
    return (word & mask) === (narrow.words[index] & mask);
  });
}
