import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DnsMessage,
  type DnsRecord,
  readDnsMessage,
} from "../../../src/evidence/payload/dns-message.ts";
import { formatAddressKey } from "../../../src/net/address-key.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import {
  address,
  alias,
  answerTo,
  type BuiltMessage,
  binding,
  buildDns,
  QUERY_FLAGS,
  RESPONSE_FLAGS,
  rawRecord,
  service,
  TRUNCATED_FLAG,
} from "../../../src/testing/builders/dns-builder.ts";
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";
import { DNS_ALIASES, DNS_FAILURE, DNS_HINTS, DNS_NO_NAME, MDNS_AIRPLAY } from "../../support/real-names.ts";

function read(bytes: Uint8Array): DnsMessage | null {
  return readDnsMessage(bytes, 0, bytes.length);
}

function readAnswers(...answers: NonNullable<BuiltMessage["answers"]>): readonly DnsRecord[] | undefined {
  return read(buildDns({ answers }))?.records;
}

const addressesOf = (record: DnsRecord | undefined) => record?.addresses.map(formatAddressKey);

describe("a recorded DNS message", () => {
  it("links a name through aliases to addresses", () => {
    const message = read(DNS_ALIASES);
    expect(message).toMatchObject({ id: 0xbeef, isResponse: true, responseCode: 0, isPartial: false });
    expect(message?.questions).toEqual([{ name: "mesu.apple.com", type: 1 }]);
    expect(message?.records.map((record) => [record.name, record.ttlSeconds, record.target])).toEqual([
      ["mesu.apple.com", 60, "mesu-cdn.origin-apple.com.akadns.net"],
      ["mesu-cdn.origin-apple.com.akadns.net", 20, "mesu.g.aaplimg.com"],
      ["mesu.g.aaplimg.com", 15, null],
      ["mesu.g.aaplimg.com", 15, null],
    ]);
    expect(message?.records.flatMap(addressesOf)).toEqual(["17.253.53.202", "17.253.53.201"]);
  });

  it("gives address hints", () => {
    const record = read(DNS_HINTS)?.records[0];
    expect(record).toMatchObject({ name: "gs-loc.aaplimg.com", type: 65, target: null });
    expect(addressesOf(record)).toEqual(["17.57.12.11", "17.57.12.12", "2620:149:a44:200::5"]);
  });

  it("reports that a name does not exist, or a failure", () => {
    expect(read(DNS_NO_NAME)).toMatchObject({ responseCode: 3, records: [], isPartial: false });
    expect(read(DNS_FAILURE)).toMatchObject({ responseCode: 2, records: [], isPartial: false });
  });

  it("gives the location of a service", () => {
    const records = (read(MDNS_AIRPLAY)?.records ?? []).filter(({ texts }) => texts.length === 0);
    expect(records.map(({ name, port, target, instance }) => [name, port, target, instance])).toEqual([
      ["anna’s macbook pro._airplay._tcp.local", 7000, "annas-macbook-pro.local", "Anna’s MacBook Pro"],
      ["annas-macbook-pro.local", 0, null, ""],
      ["annas-macbook-pro.local", 0, null, ""],
    ]);
    expect(records.flatMap(addressesOf)).toEqual(["fe80::d058:e6ff:fea9:f349", "192.168.7.21"]);
  });
});

describe("the DNS header", () => {
  it("distinguishes a query from a response", () => {
    const query = buildDns({ flags: QUERY_FLAGS, id: 7, questions: [{ name: "a.example", type: 28 }] });
    expect(read(query)).toMatchObject({ id: 7, isResponse: false, questions: [{ type: 28 }] });
  });

  it("reports that the sender truncated the message", () => {
    const cut = buildDns({
      flags: RESPONSE_FLAGS | TRUNCATED_FLAG,
      answers: [address("a.example", "1.2.3.4")],
    });
    expect(read(cut)).toMatchObject({ isPartial: true, records: [{ name: "a.example" }] });
  });

  it.each([1, 2, 4, 5, 6])("is rejected with operation code %i", (operation) => {
    expect(read(buildDns({ flags: operation << 11 }))).toBeNull();
  });

  it("needs 12 bytes", () => {
    expect(read(buildDns({}).subarray(0, 11))).toBeNull();
    expect(read(buildDns({}))).toMatchObject({ questions: [], records: [] });
  });
});

describe("DNS records", () => {
  it("of all sections are read, and those of the answer section marked", () => {
    const message = read(
      buildDns({
        answers: [address("a.example", "192.0.2.1")],
        authority: [address("b.example", "192.0.2.2")],
        additional: [address("c.example", "2001:db8::3")],
      }),
    );
    expect(message?.records.map(({ name, isAnswer }) => [name, isAnswer])).toEqual([
      ["a.example", true],
      ["b.example", false],
      ["c.example", false],
    ]);
  });

  it("of other types and classes are skipped", () => {
    const records = readAnswers(
      rawRecord("a.example", 13, [3, 0x61, 0x62, 0x63]),
      rawRecord("a.example", 65_280, []),
      { ...address("a.example", "192.0.2.1"), class: 3 },
      { ...address("b.example", "192.0.2.2"), class: 0x8001 },
    );
    expect(records?.map(({ name }) => name)).toEqual(["b.example"]);
  });

  it("of type TXT give their strings, as far as they go", () => {
    const texts = [3, ...Buffer.from("a=b"), 0, 4, ...Buffer.from("odel"), 9, 0x63];
    const records = readAnswers(rawRecord("x._device-info._tcp.local", 16, texts));
    expect(records?.map((record) => record.texts)).toEqual([["a=b", "odel", "c"]]);
    expect(readAnswers(rawRecord("a.example", 16, []))?.[0].texts).toEqual([]);
  });

  it("keep any time to live", () => {
    expect(readAnswers(address("a.example", "192.0.2.1", 0xffffffff))?.[0].ttlSeconds).toBe(0xffffffff);
  });

  it("of a service without a host have no target (RFC 2782)", () => {
    expect(readAnswers(service("x._ssh._tcp.local", 22, ""))?.[0]).toMatchObject({ port: 22, target: null });
  });

  it.each([
    ["A of 3 bytes", rawRecord("a.example", 1, [1, 2, 3])],
    ["A of 5 bytes", rawRecord("a.example", 1, [1, 2, 3, 4, 5])],
    ["AAAA of 15 bytes", rawRecord("a.example", 28, new Uint8Array(15))],
    ["CNAME without a name", rawRecord("a.example", 5, [])],
    ["CNAME whose name goes beyond the record", rawRecord("a.example", 5, [9, 0x61])],
    ["SRV without a host", rawRecord("a.example", 33, [0, 0, 0, 0, 0, 80])],
    ["HTTPS without a target", rawRecord("a.example", 65, [0, 1])],
    [
      "HTTPS whose parameter goes beyond the record",
      rawRecord("a.example", 65, [0, 1, 0, 0, 4, 0, 5, 1, 2, 3, 4]),
    ],
  ])("of an invalid form make a message malformed: %s", (_, record) => {
    expect(read(buildDns({ answers: [address("ok.example", "192.0.2.1"), record] }))).toBeNull();
  });
});

describe("HTTPS and SVCB records (RFC 9460)", () => {
  const ipv4 = addressBytes("192.0.2.1");

  it("can have another target, and no hint", () => {
    const alias = binding("a.example", { priority: 0, target: "b.example" });
    expect(readAnswers(alias)?.[0]).toMatchObject({ target: "b.example", addresses: [] });
    const svcb = binding("_dns.a.example", { target: "b.example", parameters: [[4, ipv4]] }, 64);
    expect(addressesOf(readAnswers(svcb)?.[0])).toEqual(["192.0.2.1"]);
  });

  it("have only complete addresses", () => {
    const odd = binding("a.example", {
      parameters: [
        [4, [...ipv4, 1, 2]],
        [6, new Uint8Array(17)],
      ],
    });
    expect(addressesOf(readAnswers(odd)?.[0])).toEqual(["192.0.2.1", "::"]);
  });

  it("have at most 64 hints", () => {
    const many = binding("a.example", {
      parameters: [
        [4, new Uint8Array(4000)],
        [6, new Uint8Array(4000)],
      ],
    });
    expect(readAnswers(many)?.[0].addresses).toHaveLength(64);
  });
});

describe("a truncated DNS message", () => {
  it.each([
    ["DNS", DNS_ALIASES],
    ["DNS service hints", DNS_HINTS],
    ["multicast DNS", MDNS_AIRPLAY],
  ])("of %s, cut anywhere, gives the complete records, and nothing beyond its end is read", (_, whole) => {
    const all = read(whole)?.records ?? [];
    for (let length = 12; length < whole.length; length++) {
      const message = read(whole.slice(0, length));
      expect(message?.isPartial).toBe(true);
      expect(message?.records).toEqual(all.slice(0, message?.records.length));
      expect(readDnsMessage(whole, 0, length)).toEqual(message);
    }
  });
});

describe("a hostile DNS message", () => {
  it("is not read as far as its counts claim", () => {
    const bytes = answerTo("a.example", address("a.example", "192.0.2.1"));
    for (let offset = 4; offset < 12; offset++) bytes[offset] = 0xff;
    expect(read(bytes)).toMatchObject({ isPartial: true });
  });

  it("has at most 256 entries", () => {
    const answers = new Array(1500).fill(address("a.example", "192.0.2.1"));
    const message = read(buildDns({ questions: [{ name: "a.example", type: 1 }], answers }));
    expect(message?.records).toHaveLength(255);
    expect(message?.isPartial).toBe(true);
  });

  it("with the longest names is parsed quickly", () => {
    const label = "a".repeat(63);
    const name = [label, label, label, "b".repeat(60)];
    // Owners and targets alternate, so that no name is cached from the one before.
    const target = [0xc0, 12];
    const records = Array.from({ length: 5000 }, (_, i) =>
      i % 2 === 0 ? rawRecord(name, 5, target) : rawRecord(name.slice(1), 5, target),
    );
    const bytes = buildDns({ questions: [{ name, type: 1 }], answers: records }).subarray(0, 65_535);
    expect(bytes).toHaveLength(65_535);
    const times = Array.from({ length: 5 }, () => {
      const begin = performance.now();
      expect(read(bytes)?.records).toHaveLength(255);
      return performance.now() - begin;
    });
    expect(Math.min(...times)).toBeLessThan(10);
  });

  it("gives the same result at any offset", () => {
    const bytes = concatBytes(new Uint8Array(37).fill(0xc0), MDNS_AIRPLAY, new Uint8Array(50).fill(1));
    expect(readDnsMessage(bytes, 37, 37 + MDNS_AIRPLAY.length)).toEqual(read(MDNS_AIRPLAY));
  });
});

describe("any DNS message", () => {
  const label = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."abc019-_") });
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  const ttl = fc.integer({ min: 0, max: 0xffffffff });
  const text = fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::1", "fe80::1", "::", "64:ff9b::11fd:35c9"));
  const record = fc.oneof(
    fc.tuple(name, text, ttl).map(([owner, value, seconds]) => ({
      built: address(owner, value, seconds),
      wanted: { name: owner, ttlSeconds: seconds, addresses: [value], target: null, port: 0 },
    })),
    fc.tuple(name, name, ttl).map(([owner, target, seconds]) => ({
      built: alias(owner, target, seconds),
      wanted: { name: owner, ttlSeconds: seconds, addresses: [], target, port: 0 },
    })),
    fc.tuple(name, name, fc.integer({ min: 0, max: 0xffff })).map(([owner, target, port]) => ({
      built: service(owner, port, target, 5),
      wanted: { name: owner, ttlSeconds: 5, addresses: [], target, port },
    })),
  );
  const section = fc.array(record, { maxLength: 6 });

  it("is read as it was built, with or without pointers", () => {
    fc.assert(
      fc.property(
        section,
        section,
        section,
        name,
        fc.boolean(),
        (answers, authority, additional, asked, compress) => {
          const built = (part: typeof answers) => part.map((one) => one.built);
          const message = read(
            buildDns({
              questions: [{ name: asked, type: 1 }],
              answers: built(answers),
              authority: built(authority),
              additional: built(additional),
              compress,
            }),
          );
          expect(message?.questions).toEqual([{ name: asked, type: 1 }]);
          const seen = message?.records.map(({ name, ttlSeconds, addresses, target, port }) => ({
            name,
            ttlSeconds,
            addresses: addresses.map(formatAddressKey),
            target,
            port,
          }));
          expect(seen).toEqual([...answers, ...authority, ...additional].map((one) => one.wanted));
          expect(message?.isPartial).toBe(false);
        },
      ),
    );
  });
});
