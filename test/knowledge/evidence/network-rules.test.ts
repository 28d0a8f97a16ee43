/** Prefixes as text and as words, and their lookup, compared with a slow implementation in BigInts. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpPrefix, type IpPrefix, parseIpPrefix } from "../../../src/knowledge/evidence/ip-prefix.ts";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { NetworkRules } from "../../../src/knowledge/evidence/network-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import { parseTabTable } from "../../../src/knowledge/port-list/tab-table.ts";
import { parseIpv4Text, parseIpv6Words } from "../../../src/net/address-text.ts";

const { networks } = loadEvidenceRules(loadServiceTable());
const rows = parseTabTable(
  readFileSync(new URL("../../../data/networks.tsv", import.meta.url), "utf8"),
  "networks",
  {
    required: ["prefix", "use", "source", "date", "note"],
  },
);

function isApples(address: string): boolean {
  const ipv4 = parseIpv4Text(address);
  if (ipv4?.bytes === 4) return networks.appleIpv4(ipv4.address);
  const words = parseIpv6Words(address);
  if (words === null) throw new Error(`${address} is not an address`);
  return networks.appleIpv6(...words);
}

describe("the Apple prefixes of the package", () => {
  it.each(rows.map(({ cells }) => cells.prefix))(
    "parse %s, which round-trips and covers its first and last address",
    (text) => {
      const prefix = parseIpPrefix(text);
      if (typeof prefix === "string") expect.fail(prefix);
      expect(formatIpPrefix(prefix)).toBe(text);
      const { first, last } = boundsOf(prefix);
      for (const value of [first, last]) expect(lookUp(networks, prefix.version, value)).toBe(true);
    },
  );

  it.each([
    "17.0.0.0",
    "17.255.255.255",
    "17.253.105.202",
    "144.178.36.1",
    "57.112.0.1",
    "57.127.255.255",
    "2620:149::1",
    "2620:149:a44::1",
    "2a01:b740:a42::5",
    "2403:300::",
    "2a01:b747:ffff:ffff:ffff:ffff:ffff:ffff",
    "64:ff9b::17.1.2.3",
    "::ffff:17.1.2.3",
  ])("include %s", (address) => expect(isApples(address)).toBe(true));

  it.each([
    "16.255.255.255",
    "18.0.0.0",
    "57.128.0.0",
    "144.178.64.0",
    "104.28.1.1", // exit of Private Relay to the web: a partner's
    "172.224.1.1",
    "23.32.0.1", // Akamai, which carries much of Apple's traffic
    "0.0.0.0",
    "255.255.255.255",
    "2620:148:ffff:ffff:ffff:ffff:ffff:ffff",
    "2620:14a::",
    "2606:54c0::1",
    "2a0a:b740::1", // an error in another project's list
    "::",
    "::17.1.2.3",
    "64:ff9b:1::17.1.2.3",
    "64:ff9b::1:17.1.2.3",
    "64:ff9b::18.1.2.3",
    "::ffff:18.1.2.3",
    "fe80::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  ])("exclude %s", (address) => expect(isApples(address)).toBe(false));

  it("are matched longest first", () => {
    const word = (text: string) => parseIpv4Text(text)?.address ?? 0;
    expect(networks.prefixOfIpv4(word("17.249.1.1"))).toBe("17.249.0.0/16");
    expect(networks.prefixOfIpv4(word("17.1.1.1"))).toBe("17.0.0.0/8");
    expect(networks.prefixOfIpv4(word("18.1.1.1"))).toBeNull();
    expect(networks.prefixOfIpv6(0x26200149, 0x0a440000, 0, 1)).toBe("2620:149:a44::/48");
    expect(networks.prefixOfIpv6(0x26200149, 0, 0, 1)).toBe("2620:149::/32");
    expect(networks.prefixOfIpv6(0, 0, 0xffff, word("17.249.1.1"))).toBe("17.249.0.0/16");
    expect(networks.prefixOfIpv6(0, 0, 0, 1)).toBeNull();
  });
});

describe("parseIpPrefix", () => {
  it.each([
    ["17.0.0.0", "is not ADDRESS/LENGTH"],
    ["17.0.0.0/8 ", "is not ADDRESS/LENGTH"],
    ["17/8", '"17" is not an address'],
    ["17.0.0.0/0", "the prefix length 0"],
    ["17.0.0.0/33", "the prefix length 33"],
    ["2620:149::/129", "the prefix length 129"],
    ["17.0.0.1/8", "has bits set beyond its 8"],
    ["2620:149:1::/32", "has bits set beyond its 32"],
    ["256.0.0.0/8", '"256.0.0.0" is not an address'],
    ["fe80::%eth0/64", "is not ADDRESS/LENGTH"],
    ["mesu.apple.com/24", "is not ADDRESS/LENGTH"],
  ])("refuses %s", (text, problem) => expect(parseIpPrefix(text)).toContain(problem));
});

describe("arbitrary prefixes", () => {
  const anyPrefix = fc
    .tuple(fc.constantFrom<4 | 6>(4, 6), fc.bigInt(0n, 2n ** 128n - 1n), fc.nat(127))
    .map(([version, bits, n]): IpPrefix => {
      const width = version === 4 ? 32 : 128;
      const length = (n % width) + 1;
      const kept = ((bits % (1n << BigInt(width))) >> BigInt(width - length)) << BigInt(width - length);
      return { version, words: wordsOf(version, kept), length };
    });

  it("match exactly the addresses that one of them covers", () => {
    fc.assert(
      fc.property(
        fc.array(anyPrefix, { maxLength: 20 }),
        fc.bigInt(0n, 2n ** 128n - 1n),
        (prefixes, random) => {
          const rules = new NetworkRules(prefixes);
          for (const { version, value } of probes(prefixes, random)) {
            if (version === 6 && carriesIpv4(value)) continue;
            const inside = prefixes.filter((prefix) => {
              const { first, last } = boundsOf(prefix);
              return prefix.version === version && first <= value && value <= last;
            });
            expect(lookUp(rules, version, value)).toBe(inside.length > 0);
            const longest = inside.sort((a, b) => b.length - a.length).at(0);
            const named =
              version === 4
                ? rules.prefixOfIpv4(wordsOf(4, value)[0])
                : rules.prefixOfIpv6(...wordsOf(6, value));
            expect(named).toBe(longest === undefined ? null : formatIpPrefix(longest));
          }
        },
      ),
    );
  });
});

/** The ends of each prefix, their neighbours, and random addresses. */
function probes(prefixes: readonly IpPrefix[], random: bigint): { version: 4 | 6; value: bigint }[] {
  return prefixes.flatMap((prefix) => {
    const { version } = prefix;
    const size = 1n << (version === 4 ? 32n : 128n);
    const { first, last } = boundsOf(prefix);
    return [first - 1n, first, last, last + 1n, random].map((value) => ({
      version,
      value: (value + size) % size,
    }));
  });
}

function lookUp(rules: NetworkRules, version: 4 | 6, value: bigint): boolean {
  const words = wordsOf(version, value);
  return version === 4 ? rules.appleIpv4(words[0]) : rules.appleIpv6(...words);
}

function boundsOf({ version, words, length }: IpPrefix): { first: bigint; last: bigint } {
  const width = version === 4 ? 32 : 128;
  const used: readonly number[] = version === 4 ? words.slice(0, 1) : words;
  const first = used.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return { first, last: first | ((1n << BigInt(width - length)) - 1n) };
}

function wordsOf(version: 4 | 6, value: bigint): [number, number, number, number] {
  const word = (shift: bigint) => Number(BigInt.asIntN(32, value >> shift));
  return version === 4 ? [word(0n), 0, 0, 0] : [word(96n), word(64n), word(32n), word(0n)];
}

function carriesIpv4(value: bigint): boolean {
  return value >> 32n === 0xffffn || value >> 32n === 0x64ff9b0000000000000000n;
}
