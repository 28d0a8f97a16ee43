/** Names answered without an address: a way to block them, unless an address comes otherwise. */
import { describe, expect, it } from "vitest";
import type { DnsPacket } from "../../../src/evidence/observation/name-cache.ts";
import { address, answerTo, buildDns } from "../../../src/testing/builders/dns-builder.ts";
import { CLIENT, cacheOf, key, packet } from "./dns-packets.ts";

const NAME = "mask-h2.icloud.com";
const AAAA = 28;
const NXDOMAIN = 3;
const nothing = answerTo(NAME);
const kindsOf = (...messages: readonly (Uint8Array | DnsPacket)[]) =>
  cacheOf(...messages)
    .refused()
    .map(({ kind }) => kind);

describe("a DNS answer without an address", () => {
  it("refuses the name", () => {
    expect(cacheOf(nothing, nothing).refused()).toMatchObject([
      { name: NAME, client: CLIENT, kind: "no-data", times: 2 },
    ]);
  });

  it("refuses nothing if another type was queried", () => {
    expect(kindsOf(buildDns({ questions: [{ name: NAME, type: AAAA }], answers: [] }))).toEqual([]);
  });

  it("refuses nothing if an address of either kind comes before or after", () => {
    const ipv4 = answerTo(NAME, address(NAME, "17.248.200.71"));
    const ipv6 = buildDns({
      questions: [{ name: NAME, type: AAAA }],
      answers: [address(NAME, "2620:149:a0c::71")],
    });
    for (const answer of [ipv4, ipv6]) {
      expect(kindsOf(nothing, answer)).toEqual([]);
      expect(kindsOf(answer, nothing)).toEqual([]);
    }
  });

  it("still refuses the name for the client that got no address", () => {
    const other = packet(answerTo(NAME, address(NAME, "17.248.200.71")), { destination: key("10.0.0.6") });
    expect(kindsOf(nothing, other)).toEqual(["no-data"]);
  });
});

describe("a nonexistent name", () => {
  it("is not refused if another server resolves it", () => {
    const refusal = buildDns({ flags: 0x8180 | NXDOMAIN, questions: [{ name: NAME, type: 1 }], answers: [] });
    expect(kindsOf(refusal)).toEqual(["nxdomain"]);
    expect(kindsOf(refusal, answerTo(NAME, address(NAME, "17.248.200.71")))).toEqual([]);
  });
});
