import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_TIME } from "../../../src/net/moment.ts";
import {
  address,
  alias,
  answerTo,
  type BuiltMessage,
  binding,
  buildDns,
  QUERY_FLAGS,
  RESPONSE_FLAGS,
  service,
  TRUNCATED_FLAG,
} from "../../../src/testing/builders/dns-builder.ts";
import { DNS_ALIASES, DNS_HINTS, DNS_NO_NAME, MDNS_AIRPLAY } from "../../support/real-names.ts";
import {
  CLIENT,
  cacheOf,
  emptyCache,
  key,
  NO_DROPS,
  namesOf,
  packet,
  query,
  SECONDS,
} from "./dns-packets.ts";

describe("the name cache", () => {
  it("is empty at first, and after queries and refusals", () => {
    expect(emptyCache().isEmpty).toBe(true);
    expect(cacheOf(query("mesu.apple.com"), DNS_NO_NAME).isEmpty).toBe(true);
    expect(cacheOf(DNS_ALIASES).isEmpty).toBe(false);
    expect(cacheOf(packet(MDNS_AIRPLAY, { sourcePort: 5353 })).isEmpty).toBe(false);
  });

  it("names an address by the queried name, as recorded", () => {
    const cache = cacheOf(DNS_ALIASES, DNS_HINTS);
    expect(namesOf(cache, "17.253.53.201")).toEqual(["mesu.apple.com"]);
    expect(namesOf(cache, "17.253.53.202")).toEqual(["mesu.apple.com"]);
    expect(namesOf(cache, "17.57.12.12")).toEqual(["gs-loc.aaplimg.com"]);
    expect(namesOf(cache, "2620:149:a44:200::5")).toEqual(["gs-loc.aaplimg.com"]);
    expect(cache.dropped).toEqual(NO_DROPS);
  });

  it("matches answers and flows without a time to all", () => {
    const cache = cacheOf(packet(DNS_ALIASES, { seconds: NO_TIME }));
    expect(cache.namesOf(CLIENT, key("17.253.53.201"), NO_TIME)).toEqual(["mesu.apple.com"]);
    expect(cache.namesOf(CLIENT, key("17.253.53.201"), 0)).toEqual(["mesu.apple.com"]);
  });
});

describe("DNS aliases", () => {
  const chain = [
    alias("mesu.apple.com", "mesu.cdn.example"),
    alias("mesu.cdn.example", "edge.cdn.example"),
    address("edge.cdn.example", "192.0.2.1"),
  ];

  it("are followed in any order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => {
        const cache = cacheOf(answerTo("mesu.apple.com", ...order.map((i) => chain[i])));
        expect(namesOf(cache, "192.0.2.1")).toEqual(["mesu.apple.com"]);
      }),
    );
  });

  it("that form a loop lead to the addresses on it", () => {
    const circle = [alias("a.example", "b.example"), alias("b.example", "a.example")];
    const cache = cacheOf(answerTo("a.example", ...circle, address("b.example", "192.0.2.1")));
    expect(namesOf(cache, "192.0.2.1")).toEqual(["a.example"]);
  });

  it("can be those of HTTPS records, with hosts in the additional section", () => {
    const message: BuiltMessage = {
      questions: [{ name: "a.example", type: 65 }],
      answers: [binding("a.example", { priority: 0, target: "b.example" })],
      additional: [
        address("b.example", "192.0.2.1"),
        binding("b.example", { parameters: [[4, [192, 0, 2, 2]]] }),
      ],
    };
    const cache = cacheOf(buildDns(message));
    expect(namesOf(cache, "192.0.2.1")).toEqual(["a.example"]);
    expect(namesOf(cache, "192.0.2.2")).toEqual(["a.example"]);
  });

  it("do not lead to unrelated addresses in the message", () => {
    const message: BuiltMessage = {
      questions: [{ name: "a.example", type: 1 }],
      answers: [address("a.example", "192.0.2.1"), address("mesu.apple.com", "192.0.2.2")],
      authority: [address("ns.example", "192.0.2.3")],
      additional: [address("ns.example", "192.0.2.4"), service("_x._tcp.a.example", 1, "mesu.apple.com")],
    };
    const cache = cacheOf(buildDns(message));
    expect(["1", "2", "3", "4"].map((last) => namesOf(cache, `192.0.2.${last}`))).toEqual([
      ["a.example"],
      [],
      [],
      [],
    ]);
  });

  it("of a service lead nowhere, because its host was not queried", () => {
    const records = [service("_x._tcp.a.example", 1, "b.example"), address("b.example", "192.0.2.1")];
    expect(namesOf(cacheOf(answerTo("_x._tcp.a.example", ...records)), "192.0.2.1")).toEqual([]);
  });
});

describe("a DNS answer", () => {
  const answer = answerTo("mesu.apple.com", address("mesu.apple.com", "192.0.2.1"));

  it("belongs to the receiver", () => {
    const cache = cacheOf(packet(answer, { destination: key("fe80::1") }), packet(answer, { source: 7 }));
    expect(cache.namesOf(key("fe80::1"), key("192.0.2.1"), SECONDS)).toEqual(["mesu.apple.com"]);
  });

  it("is ignored if the sender is not a name server, or without a question", () => {
    expect(cacheOf(packet(answer, { sourcePort: 54 })).isEmpty).toBe(true);
    expect(cacheOf(buildDns({ answers: [address("a.example", "192.0.2.1")] })).isEmpty).toBe(true);
    expect(cacheOf(packet(answer.slice(), { bytes: withFlags(answer, QUERY_FLAGS) })).isEmpty).toBe(true);
  });

  it("is named by the question", () => {
    const cache = cacheOf(query("MESU.apple.com"), packet(answer));
    expect(namesOf(cache, "192.0.2.1")).toEqual(["mesu.apple.com"]);
  });

  it("counts as forged if the question was different", () => {
    const cache = cacheOf(query("www.example.com"), packet(answer));
    expect(cache.isEmpty).toBe(true);
    expect(cache.dropped).toEqual({ ...NO_DROPS, forged: 1 });
  });

  it.each([
    ["client", { source: key("10.0.0.6") }],
    ["port", { sourcePort: 50_001 }],
    ["server", { destination: key("10.0.0.2") }],
  ])("is accepted if the different question came from another %s", (_, changes) => {
    const cache = cacheOf(query("www.example.com", changes), packet(answer));
    expect(namesOf(cache, "192.0.2.1")).toEqual(["mesu.apple.com"]);
  });

  it("is accepted if the different question had another identification", () => {
    const cache = cacheOf(query("www.example.com", {}, 0x1235), packet(answer));
    expect(namesOf(cache, "192.0.2.1")).toEqual(["mesu.apple.com"]);
  });
});

function withFlags(bytes: Uint8Array, flags: number): Uint8Array {
  const copy = bytes.slice();
  copy.set([flags >> 8, flags & 0xff], 2);
  return copy;
}

const TRUNCATED: BuiltMessage = {
  flags: RESPONSE_FLAGS | TRUNCATED_FLAG,
  questions: [{ name: "a.example", type: 1 }],
  answers: [address("a.example", "192.0.2.1")],
};

describe("an incomplete DNS message", () => {
  it("is used as far as it goes", () => {
    expect(namesOf(cacheOf(buildDns(TRUNCATED)), "192.0.2.1")).toEqual(["a.example"]);
    const cut = cacheOf(DNS_ALIASES.subarray(0, DNS_ALIASES.length - 1));
    expect(namesOf(cut, "17.253.53.202")).toEqual(["mesu.apple.com"]);
    expect(namesOf(cut, "17.253.53.201")).toEqual([]);
  });

  it("is skipped and counted if it is inconsistent", () => {
    const loop = DNS_ALIASES.slice();
    loop.set([0xc0, 12], 12);
    const cache = cacheOf(loop, Uint8Array.of(1, 2, 3), new Uint8Array(0));
    expect(cache.isEmpty).toBe(true);
    expect(cache.dropped).toEqual({ ...NO_DROPS, malformed: 3 });
  });
});

describe("multicast DNS", () => {
  const reply = packet(MDNS_AIRPLAY, { sourcePort: 5353 });

  it("gives the services of an address and port", () => {
    const cache = cacheOf(reply);
    expect(cache.services.typesAt(key("192.168.7.21"), 7000)).toEqual(["_airplay._tcp"]);
    expect(cache.services.typesAt(key("192.168.7.21"), 7001)).toEqual([]);
    expect(cache.services.typesAt(key("192.168.7.22"), 7000)).toEqual([]);
  });

  it("gives no names for addresses, and unicast DNS gives no services", () => {
    expect(namesOf(cacheOf(reply), "192.168.7.21")).toEqual([]);
    expect(cacheOf(packet(MDNS_AIRPLAY)).services.typesAt(key("192.168.7.21"), 7000)).toEqual([]);
  });
});
