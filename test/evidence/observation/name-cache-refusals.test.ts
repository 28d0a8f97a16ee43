/** Names that a resolver refuses, or answers with a sinkhole address. */
import { describe, expect, it } from "vitest";
import type { DnsPacket } from "../../../src/evidence/observation/name-cache.ts";
import {
  address,
  answerTo,
  type BuiltMessage,
  buildDns,
  RESPONSE_FLAGS,
  rawRecord,
  zone,
} from "../../../src/testing/builders/dns-builder.ts";
import { DNS_FAILURE, DNS_NO_NAME } from "../../support/real-names.ts";
import { CLIENT, cacheOf, cacheOfMeant, key, namesOf, packet, query, SECONDS } from "./dns-packets.ts";

describe("a refused name", () => {
  const refusal = (
    code: number,
    questions: BuiltMessage["questions"] = [{ name: "mask.icloud.com", type: 1 }],
  ) => buildDns({ flags: RESPONSE_FLAGS | code, questions });

  it("is kept, as recorded", () => {
    const list = cacheOf(DNS_FAILURE, refusal(5)).refused();
    expect(list.map(({ name, kind }) => [name, kind])).toEqual([
      ["mask.icloud.com", "servfail"],
      ["mask.icloud.com", "refused"],
    ]);
    expect(list[0]).toEqual({
      name: "mask.icloud.com",
      client: CLIENT,
      kind: "servfail",
      times: 1,
      firstSeconds: SECONDS,
      addresses: [],
      isAuthoritative: false,
      resolvedForOthers: 0,
      repeated: 0,
    });
  });

  it("is counted per asker", () => {
    const other = key("10.0.0.6");
    const list = cacheOf(
      refusal(3),
      packet(refusal(3), { seconds: SECONDS + 9 }),
      packet(refusal(3), { destination: other }),
    ).refused();
    expect(list.map(({ client, times, firstSeconds }) => [client, times, firstSeconds])).toEqual([
      [CLIENT, 2, SECONDS],
      [other, 1, SECONDS],
    ]);
  });

  it("is taken from the query if the response does not contain it", () => {
    expect(cacheOf(query("mask.icloud.com"), refusal(5, [])).refused()).toMatchObject([
      { name: "mask.icloud.com" },
    ]);
    expect(cacheOf(refusal(5, [])).refused()).toEqual([]);
  });

  it.each([1, 4, 6, 9])("does not result from response code %i", (code) => {
    expect(cacheOf(refusal(code)).refused()).toEqual([]);
  });

  it("gets no address, whatever the response contains", () => {
    const message: BuiltMessage = {
      flags: RESPONSE_FLAGS | 3,
      questions: [{ name: "a.example", type: 1 }],
      answers: [address("a.example", "192.0.2.1")],
    };
    expect(cacheOf(buildDns(message)).isEmpty).toBe(true);
  });
});

describe("a sinkhole address", () => {
  it.each(["0.0.0.0", "127.0.0.1", "127.53.0.9", "::", "::1", "10.0.0.1"])("%s gives no name", (text) => {
    const cache = cacheOf(
      answerTo("mask.icloud.com", address("mask.icloud.com", text), address("mask.icloud.com", text)),
    );
    expect(cache.isEmpty).toBe(true);
    expect(namesOf(cache, text)).toEqual([]);
    expect(cache.refused()).toMatchObject([{ name: "mask.icloud.com", kind: "sinkhole", times: 1 }]);
  });

  it("is not mistaken for similar addresses", () => {
    for (const text of ["128.0.0.1", "::2", "1::", "::ffff:808:808", "11.0.0.2", "172.32.0.1", "fb00::1"]) {
      expect(cacheOf(answerTo("a.example", address("a.example", text))).refused()).toEqual([]);
    }
  });
});

describe("a private address as a DNS answer", () => {
  const given = (...texts: readonly string[]) =>
    cacheOf(answerTo("mesu.apple.com", ...texts.map((text) => address("mesu.apple.com", text))));

  it.each([
    "10.20.9.9",
    "172.31.0.1",
    "192.168.2.1",
    "169.254.1.1",
    "100.64.0.1",
    "fd00::1",
    "fe80::1",
    "::ffff:7f00:1",
  ])("is reported as a sinkhole, and still named: %s", (text) => {
    const cache = given(text);
    const addresses = [key(text)];
    expect(cache.refused()).toMatchObject([{ name: "mesu.apple.com", kind: "sinkhole", addresses }]);
    expect(namesOf(cache, text)).toEqual(["mesu.apple.com"]);
  });

  it("beside a public address refuses nothing", () => {
    expect(given("10.20.9.9", "17.253.15.201").refused()).toEqual([]);
  });
});

describe("an unanswered name", () => {
  const asked = (id: number, seconds: number) => query("mesu.apple.com", { seconds }, id);

  it("is reported with its queries and repetitions", () => {
    const list = cacheOf(asked(7, SECONDS), asked(7, SECONDS + 2), asked(8, SECONDS + 4)).refused();
    expect(list).toMatchObject([{ kind: "no-answer", times: 3, repeated: 1, firstSeconds: SECONDS }]);
  });

  it("needs more than one query", () => {
    expect(cacheOf(asked(7, SECONDS)).refused()).toEqual([]);
  });

  it("is cancelled by any answer, and reported again if later queries stay unanswered", () => {
    const refused = buildDns({
      flags: RESPONSE_FLAGS | 5,
      questions: [{ name: "mesu.apple.com", type: 1 }],
      id: 8,
    });
    const kinds = (...packets: readonly (Uint8Array | DnsPacket)[]) =>
      cacheOf(...packets)
        .refused()
        .map(({ kind }) => kind);
    expect(kinds(asked(7, SECONDS), asked(8, SECONDS), refused)).toEqual(["refused"]);
    expect(kinds(asked(8, SECONDS), refused, asked(9, SECONDS), asked(9, SECONDS))).toEqual([
      "refused",
      "no-answer",
    ]);
  });
});

describe("a negative answer from the zone itself", () => {
  const NO_SUCH_NAME = 3;
  const isApples = (name: string) => name === "apple.com" || name.endsWith(".apple.com");
  const negative = (code: number, ...authority: NonNullable<BuiltMessage["authority"]>) =>
    buildDns({
      flags: RESPONSE_FLAGS | code,
      questions: [{ name: "mesu.apple.com", type: 1 }],
      authority,
    });
  const own = zone("apple.com", "usmsc2-extxfr-001.dns.apple.com");
  const kindsOf = (message: Uint8Array) =>
    cacheOfMeant(isApples, message)
      .refused()
      .filter(({ isAuthoritative }) => !isAuthoritative)
      .map(({ kind }) => kind);

  it("refuses nothing", () => {
    expect(kindsOf(negative(NO_SUCH_NAME, own))).toEqual([]);
    expect(kindsOf(negative(0, own))).toEqual([]);
  });

  it("is recognised in a recording", () => {
    expect(cacheOfMeant(isApples, DNS_NO_NAME).refused()).toMatchObject([{ isAuthoritative: true }]);
  });

  it.each<[string, NonNullable<BuiltMessage["authority"]>]>([
    ["no SOA record", []],
    ["the resolver's own zone", [zone("rpz.example", "localhost")]],
    ["the blocked zone itself, as unbound's local zones have it", [zone("apple.com", "localhost")]],
    ["a third party's zone whose SOA record names Apple's server", [zone("example", "adns1.apple.com")]],
    ["the root zone", [zone("", "a.root-servers.net")]],
    ["a similar name", [zone("notapple.com", "ns.notapple.com")]],
    ["an unreadable zone name", [rawRecord("apple.com", 6, [])]],
  ])("is not assumed for an answer with %s", (_, authority) => {
    expect(kindsOf(negative(NO_SUCH_NAME, ...authority))).toEqual(["nxdomain"]);
    expect(kindsOf(negative(0, ...authority))).toEqual(["no-data"]);
  });

  it("does not excuse a failing or refusing server, or a sinkhole address", () => {
    expect(kindsOf(negative(2, own))).toEqual(["servfail"]);
    expect(kindsOf(negative(5, own))).toEqual(["refused"]);
    const questions = [{ name: "mesu.apple.com", type: 1 }];
    const answers = [address("mesu.apple.com", "0.0.0.0")];
    expect(kindsOf(buildDns({ questions, answers, authority: [own] }))).toEqual(["sinkhole"]);
  });

  it("must be in the authority section", () => {
    const message = buildDns({
      flags: RESPONSE_FLAGS | NO_SUCH_NAME,
      questions: [{ name: "mesu.apple.com", type: 1 }],
      additional: [own],
    });
    expect(kindsOf(message)).toEqual(["nxdomain"]);
  });
});

describe("a question for something other than a host", () => {
  const NO_SUCH_NAME = 3;
  const namesOfType = (name: string, type: number) =>
    cacheOf(buildDns({ flags: RESPONSE_FLAGS | NO_SUCH_NAME, questions: [{ name, type }] }))
      .refused()
      .map((one) => one.name);

  it.each([
    ["lb._dns-sd._udp.apple.com", 12],
    ["_ipp._tcp.apple.com", 16],
    ["_ldap._tcp.icloud.com", 33],
    ["_ldap._tcp.icloud.com", 1],
    ["apple.com", 6],
    ["icloud.com", 12],
    ["icloud.com", 33],
  ])("is refused without effect: %s, type %i", (name, type) => {
    expect(namesOfType(name, type)).toEqual([]);
  });

  it.each([
    ["mesu.apple.com", 1],
    ["mesu.apple.com", 28],
    ["mesu.apple.com", 65],
    ["foo_bar.apple.com", 1],
  ])("does not include a host name: %s, type %i", (name, type) => {
    expect(namesOfType(name, type)).toEqual([name]);
  });
});
