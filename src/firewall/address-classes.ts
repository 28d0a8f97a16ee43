/**
 * Addresses that a ruleset does not distinguish form a class, and one of them stands for all. Services are in Apple's
 * networks, in content networks (anywhere else on the Internet) or in private networks; devices are in private networks
 * or anywhere.
 */

import type { IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import { matchedAddresses } from "./address-literals.ts";
import {
  type AddressRange,
  joinRanges,
  rangeOfIpPrefix,
  rangeOfPrefix,
  withoutRanges,
} from "./address-ranges.ts";
import type { NftRuleset } from "./nft-ruleset.ts";

/** Where a service may be located. */
export type Destination = "apple" | "content" | "private";

/** Addresses that every rule treats alike. */
export interface AddressClass {
  /** Equal for classes that the rules do not distinguish; "" for addresses that no rule names. */
  readonly key: string;
  readonly example: bigint;
  readonly ranges: readonly AddressRange[];
  readonly size: bigint;
}

/** Private networks: RFC 1918, RFC 6598 (between a provider and its customers), RFC 4193. */
const PRIVATE: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
  6: ["fc00::/7"],
};
/** Addresses that the Internet does not route (RFC 6890; RFC 5771; RFC 3849; RFC 9637). */
const NOT_ROUTED: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
  ],
  // 6to4 carries an IPv4 address and is no longer announced (RFC 7526).
  6: ["2001:db8::/32", "2002::/16", "3fff::/20"],
};
/** All unicast addresses of the Internet (RFC 4291). */
const INTERNET: Readonly<Record<4 | 6, string>> = { 4: "0.0.0.0/0", 6: "2000::/3" };
/** Maximum classes examined, largest first. */
const MAX_CLASSES = 64;

/** The address classes of one ruleset. */
export class AddressClasses {
  readonly #matched: Readonly<Record<4 | 6, readonly (readonly AddressRange[])[]>>;
  readonly #apple: Readonly<Record<4 | 6, readonly AddressRange[]>>;
  readonly #known = new Map<string, readonly AddressClass[]>();

  /** @param apple Apple's networks, in any order */
  constructor(ruleset: NftRuleset, apple: readonly IpPrefix[]) {
    const matched = matchedAddresses(ruleset);
    const ofVersion = (version: 4 | 6) => matched.filter(([{ version: own }]) => own === version);
    this.#matched = { 4: ofVersion(4), 6: ofVersion(6) };
    const ranges = apple.map(rangeOfIpPrefix);
    const appleOf = (version: 4 | 6) => joinRanges(ranges.filter((range) => range.version === version));
    this.#apple = { 4: appleOf(4), 6: appleOf(6) };
  }

  /** Returns the classes of services of a kind, largest first. */
  services(version: 4 | 6, destination: Destination): readonly AddressClass[] {
    return this.#classes(`${version} ${destination}`, () => {
      if (destination === "private") return rangesOf(PRIVATE[version]);
      if (destination === "apple") return this.#apple[version];
      return withoutRanges(routed(version), this.#apple[version]);
    });
  }

  /** Returns the classes of devices; limited to `networks` if any of that version are given. */
  devices(version: 4 | 6, networks: readonly IpPrefix[]): readonly AddressClass[] {
    return this.#classes(`${version} devices`, () => {
      const own = networks.filter((network) => network.version === version).map(rangeOfIpPrefix);
      return joinRanges(own.length > 0 ? own : [...rangesOf(PRIVATE[version]), ...routed(version)]);
    });
  }

  #classes(key: string, rangesOfKind: () => readonly AddressRange[]): readonly AddressClass[] {
    let known = this.#known.get(key);
    if (known === undefined) {
      const ranges = rangesOfKind();
      known = ranges.length === 0 ? [] : classify(ranges, this.#matched[ranges[0].version]);
      this.#known.set(key, known);
    }
    return known;
  }
}

function rangesOf(texts: readonly string[]): AddressRange[] {
  return joinRanges(
    texts.flatMap((text) => {
      const [address, length] = text.split("/");
      return rangeOfPrefix(address, Number(length)) ?? [];
    }),
  );
}

function routed(version: 4 | 6): AddressRange[] {
  const special = joinRanges([...rangesOf(NOT_ROUTED[version]), ...rangesOf(PRIVATE[version])]);
  return withoutRanges(rangesOf([INTERNET[version]]), special);
}

interface Edge {
  readonly at: bigint;
  readonly index: number;
  readonly isBegin: boolean;
}

/** Splits ranges wherever the set of matching literals changes, and groups ranges with the same set. */
function classify(
  ranges: readonly AddressRange[],
  matched: readonly (readonly AddressRange[])[],
): readonly AddressClass[] {
  const edges: Edge[] = matched
    .flatMap((members, index) =>
      members.flatMap(({ low, high }) => [
        { at: low, index, isBegin: true },
        { at: high + 1n, index, isBegin: false },
      ]),
    )
    .sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  // Each literal has a random number; the sum over the matching ones identifies the set.
  const marks = matched.map(() => BigInt(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)) << 11n);
  const classes = new Map<bigint, AddressRange[]>();
  let key = 0n;
  let next = 0;
  for (const range of ranges) {
    let { low } = range;
    const addUntil = (high: bigint) => {
      if (high < low) return;
      const known = classes.get(key);
      if (known === undefined) classes.set(key, [{ ...range, low, high }]);
      else known.push({ ...range, low, high });
      low = high + 1n;
    };
    for (; next < edges.length && edges[next].at <= range.high; next++) {
      if (edges[next].at > low) addUntil(edges[next].at - 1n);
      key += edges[next].isBegin ? marks[edges[next].index] : -marks[edges[next].index];
    }
    addUntil(range.high);
  }
  return [...classes]
    .map(([sum, members]) => ({
      key: sum === 0n ? "" : String(sum),
      example: members[0].low + (members[0].high - members[0].low) / 2n,
      ranges: members,
      size: members.reduce((size, { low, high }) => size + (high - low + 1n), 0n),
    }))
    .sort((a, b) => (a.size < b.size ? 1 : -Number(a.size > b.size)))
    .slice(0, MAX_CLASSES);
}
