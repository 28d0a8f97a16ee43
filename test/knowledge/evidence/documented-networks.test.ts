import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DocumentedMatch,
  DocumentedNetworks,
} from "../../../src/knowledge/evidence/documented-networks.ts";
import { parseIpPrefix } from "../../../src/knowledge/evidence/ip-prefix.ts";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import type { RowTransport } from "../../../src/knowledge/port-list/port-cell.ts";
import type { TransportIndex } from "../../../src/knowledge/port-list/service-table.ts";
import { parseIpv4Text, parseIpv6Words } from "../../../src/net/address-text.ts";

const TCP = 0;
const UDP = 1;
const table = loadServiceTable();
const { documentedNetworks } = loadEvidenceRules(table);

function matchOf(
  address: string,
  transport: TransportIndex,
  port: number,
  networks: DocumentedNetworks = documentedNetworks,
): DocumentedMatch | null {
  const ipv4 = parseIpv4Text(address);
  if (ipv4?.bytes === 4) return networks.matchIpv4(ipv4.address, transport, port);
  const words = parseIpv6Words(address);
  if (words === null) throw new Error(`${address} is not an address`);
  return networks.matchIpv6(...words, transport, port);
}

function row(prefix: string, transport: RowTransport, first: number, last: number, product: string) {
  const parsed = parseIpPrefix(prefix);
  const named = table.product(product);
  if (typeof parsed === "string" || named === null) throw new Error(`${prefix} or ${product}`);
  return { prefix: parsed, transport, ports: [{ first, last }], products: [named] };
}

describe("the documented prefixes of the package", () => {
  it.each([
    ["17.57.144.0", "17.57.144.0/22"],
    ["17.57.147.255", "17.57.144.0/22"],
    ["17.188.21.255", "17.188.20.0/23"],
    ["17.188.191.1", "17.188.128.0/18"],
    ["17.249.1.2", "17.249.0.0/16"],
    ["17.252.156.218", "17.252.0.0/16"],
    ["2620:149:a44::1", "2620:149:a44::/48"],
    ["2403:300:a42::5", "2403:300:a42::/48"],
    ["2403:300:a51:ffff:ffff:ffff:ffff:ffff", "2403:300:a51::/48"],
    ["2a01:b740:a42::", "2a01:b740:a42::/48"],
    ["::ffff:17.249.1.2", "17.249.0.0/16"],
    ["64:ff9b::17.249.1.2", "17.249.0.0/16"],
  ])("identify %s as push on its ports, by %s", (address, rule) => {
    for (const port of [443, 2197, 5223]) {
      const match = matchOf(address, TCP, port);
      expect(match?.rule).toBe(rule);
      expect(match?.products.map(({ name }) => name)).toEqual(["Push notifications"]);
      expect(Object.isFrozen(match)).toBe(true);
      expect(matchOf(address, TCP, port)).toBe(match);
    }
    for (const port of [80, 2196, 5222, 65_535]) expect(matchOf(address, TCP, port)).toBeNull();
    expect(matchOf(address, UDP, 443)).toBeNull();
  });

  it.each(["17.57.143.255", "17.57.148.0", "17.253.1.1", "18.249.0.1", "2620:149:a45::1", "::", "0.0.0.0"])(
    "do not identify %s",
    (address) => expect(matchOf(address, TCP, 443)).toBeNull(),
  );
});

it("the longest documented prefix that covers the port decides", () => {
  const networks = new DocumentedNetworks([
    row("10.0.0.0/8", "both", 100, 200, "Mail"),
    row("10.1.0.0/16", "tcp", 150, 160, "Siri"),
    row("10.1.2.0/24", "udp", 150, 150, "Maps"),
  ]);
  const product = (address: string, transport: TransportIndex, port: number) =>
    matchOf(address, transport, port, networks)?.products[0].name ?? null;
  expect(product("10.1.2.3", TCP, 150)).toBe("Siri");
  expect(product("10.1.2.3", UDP, 150)).toBe("Maps");
  expect(product("10.1.2.3", UDP, 151)).toBe("Mail");
  expect(product("10.1.9.9", TCP, 161)).toBe("Mail");
  expect(product("10.2.0.0", TCP, 200)).toBe("Mail");
  expect(product("10.2.0.0", TCP, 201)).toBeNull();
});

it("signed and unsigned address words give the same match", () => {
  const networks = new DocumentedNetworks([row("200.0.0.0/8", "tcp", 1, 1, "Mail")]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (word) => {
      const match = networks.matchIpv4(word, TCP, 1);
      expect(match !== null).toBe(word >>> 24 === 200);
      expect(networks.matchIpv4(word | 0, TCP, 1)).toBe(match);
    }),
  );
  expect(networks.matchIpv4(0xc8000001, TCP, 1)).not.toBeNull();
});
