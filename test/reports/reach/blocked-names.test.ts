/** Refused names of Apple's, among thousands of unrelated names. */
import { expect, it } from "vitest";
import { hasFailure } from "../../../src/reports/reach/reach-failure.ts";
import {
  address,
  answerTo,
  type BuiltRecord,
  buildDns,
  RESPONSE_FLAGS,
  zone,
} from "../../../src/testing/builders/dns-builder.ts";
import { CLIENT, reachOf, udp } from "./reach-packets.ts";

const RESOLVER = { address: "192.0.2.1", port: 53 };
const NO_SUCH_NAME = 3;
/** More than the limit of refused, or answered, names. */
const OTHERS = 9000;

function answered(name: string, i: number): Uint8Array {
  return udp(RESOLVER, CLIENT, [...answerTo(name, address(name, `198.18.${i >> 8}.${i & 255}`))]);
}

function refused(name: string, type = 1, ...authority: readonly BuiltRecord[]): Uint8Array {
  const message = buildDns({ flags: RESPONSE_FLAGS | NO_SUCH_NAME, questions: [{ name, type }], authority });
  return udp(RESOLVER, CLIENT, [...message]);
}

it("blocked names include refused ones, however many others are answered and refused", async () => {
  const { report, summary } = await reachOf([
    refused("gdmf.apple.com"),
    answered("mesu.apple.com", OTHERS),
    ...Array.from({ length: OTHERS }, (_, i) => answered(`site${i}.example`, i)),
    ...Array.from({ length: OTHERS }, (_, i) => refused(`tracker${i}.example`)),
    refused("mesu.apple.com"),
  ]);
  expect(report.blockedNames.map(({ name, how }) => [name, how])).toEqual([["gdmf.apple.com", "nxdomain"]]);
  expect(summary.evidenceDropped.names).toBe(0);
});

/** Apple's zones, by Apple's primary servers. */
it.each<[string, BuiltRecord]>([
  ["gdmf.apple.com", zone("apple.com", "usmsc2-extxfr-001.dns.apple.com")],
  ["gateway.icloud.com", zone("icloud.com", "adns1.apple.com")],
])("blocked names exclude those that Apple's own zone denies: %s", async (name, own) => {
  const { report } = await reachOf([refused(name, 1, own)]);
  expect(report.blockedNames).toEqual([]);
  expect(report.missingNames).toMatchObject([{ name, why: "no-such-name" }]);
  const local = zone(name, "localhost");
  expect((await reachOf([refused(name, 1, local)])).report.blockedNames).toMatchObject([{ name }]);
  expect((await reachOf([refused(name)])).report.blockedNames).toMatchObject([{ name }]);
});

it.each([
  ["wpad.apple.com", "proxy-discovery"],
  ["mesu.apple.com.apple.com", "search-suffix"],
  ["mesu.apple.com.corp.icloud.com", "search-suffix"],
  ["gs-loc-nonexist.apple.com", "unknown-name"],
  ["nofile.icloud.com", "unknown-name"],
  ["nothere.g.aaplimg.com", "unknown-name"],
])("blocked names exclude those that do not exist: %s, %s", async (name, why) => {
  const { report } = await reachOf([refused(name)]);
  expect(report.blockedNames).toEqual([]);
  expect(report.missingNames).toMatchObject([{ name, why, client: CLIENT.address }]);
  expect(hasFailure(report)).toBe(false);
});

it("blocked names exclude those that a client queries for service discovery", async () => {
  const { report } = await reachOf([
    refused("lb._dns-sd._udp.apple.com", 12),
    refused("_ldap._tcp.icloud.com", 33),
    refused("icloud.com", 6),
    refused("icloud.com", 16),
  ]);
  expect(report.blockedNames).toEqual([]);
});
