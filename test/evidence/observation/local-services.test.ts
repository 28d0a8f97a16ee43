import { describe, expect, it } from "vitest";
import { LocalServices } from "../../../src/evidence/observation/local-services.ts";
import { readDnsMessage } from "../../../src/evidence/payload/dns-message.ts";
import { type AddressKey, readIpv4Key, readIpv6Key } from "../../../src/net/address-key.ts";
import { NO_TIME } from "../../../src/net/moment.ts";
import {
  address,
  type BuiltMessage,
  type BuiltName,
  buildDns,
  MDNS_RESPONSE_FLAGS,
  service,
} from "../../../src/testing/builders/dns-builder.ts";
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";
import { MDNS_AIRPLAY, MDNS_ANNOUNCEMENT } from "../../support/real-names.ts";

const TV = "192.168.7.30";

function key(text: string): AddressKey {
  const bytes = addressBytes(text);
  return bytes.length === 4 ? readIpv4Key(bytes, 0) : readIpv6Key(bytes, 0);
}

function tell(services: LocalServices, ...messages: readonly (Uint8Array | BuiltMessage)[]): LocalServices {
  for (const message of messages) {
    const bytes =
      message instanceof Uint8Array ? message : buildDns({ flags: MDNS_RESPONSE_FLAGS, ...message });
    const read = readDnsMessage(bytes, 0, bytes.length);
    if (read === null) throw new Error("the message is malformed");
    services.add(read);
  }
  return services;
}

const servicesOf = (...messages: readonly (Uint8Array | BuiltMessage)[]) =>
  tell(new LocalServices(), ...messages);

const airplay = (host = "tv.local", port = 7000, ttl = 120) =>
  service(["Living Room", "_airplay", "_tcp", "local"], port, host, ttl);

describe("an announced service", () => {
  it("applies to flows from two minutes before the announcement", () => {
    const services = new LocalServices();
    const message = buildDns({ flags: MDNS_RESPONSE_FLAGS, answers: [airplay(), address("tv.local", TV)] });
    const read = readDnsMessage(message, 0, message.length);
    if (read === null) throw new Error("the message is malformed");
    services.add(read, 1000);
    services.add(read, 5000);
    expect(services.typesAt(key(TV), 7000, 880)).toEqual(["_airplay._tcp"]);
    expect(services.typesAt(key(TV), 7000, 879)).toEqual([]);
    expect(services.typesAt(key(TV), 7000, 90_000)).toEqual(["_airplay._tcp"]);
    expect(services.typesAt(key(TV), 7000, NO_TIME)).toEqual(["_airplay._tcp"]);
  });
});

describe("local services", () => {
  it("are read from recorded messages, at all addresses of their host", () => {
    const services = servicesOf(MDNS_ANNOUNCEMENT);
    for (const text of ["192.168.7.21", "fe80::d058:e6ff:fea9:f349"]) {
      expect(services.typesAt(key(text), 7000)).toEqual(["_airplay._tcp"]);
      expect(services.typesAt(key(text), 49_153)).toEqual(["_companion-link._tcp"]);
      expect(services.typesAt(key(text), 5353)).toEqual([]);
    }
    expect(servicesOf(MDNS_AIRPLAY).typesAt(key("192.168.7.21"), 7000)).toEqual(["_airplay._tcp"]);
  });

  it("are assembled from several messages in any order", () => {
    const first = { answers: [airplay()] };
    const second = { answers: [address("tv.local", TV)] };
    expect(servicesOf(first, second).typesAt(key(TV), 7000)).toEqual(["_airplay._tcp"]);
    expect(servicesOf(second, first).typesAt(key(TV), 7000)).toEqual(["_airplay._tcp"]);
    expect(servicesOf(first).typesAt(key(TV), 7000)).toEqual([]);
  });

  it("are read from any section of a response", () => {
    const services = servicesOf({ authority: [airplay()], additional: [address("TV.local", TV)] });
    expect(services.typesAt(key(TV), 7000)).toEqual(["_airplay._tcp"]);
  });

  it("are read from known answers of a query, but not from a probe", () => {
    const query = { flags: 0, questions: [{ name: "_airplay._tcp.local", type: 12 }] };
    const known = servicesOf({ ...query, answers: [airplay(), address("tv.local", TV)] });
    expect(known.typesAt(key(TV), 7000)).toEqual(["_airplay._tcp"]);
    const probed = servicesOf({ ...query, authority: [airplay(), address("tv.local", TV)] });
    expect(probed.typesAt(key(TV), 7000)).toEqual([]);
    expect(probed.isEmpty).toBe(true);
  });

  it("remain known for the time before their goodbye", () => {
    const goodbye = { answers: [airplay("tv.local", 7000, 0), address("tv.local", TV, 0)] };
    const services = servicesOf({ answers: [airplay(), address("tv.local", TV)] }, goodbye);
    expect(services.typesAt(key(TV), 7000)).toEqual(["_airplay._tcp"]);
  });

  it("can share a port, and one can move between ports", () => {
    const raop = service(["70CD60A1B2C3@Living Room", "_raop", "_tcp", "local"], 7000, "tv.local");
    const services = servicesOf({
      answers: [airplay(), raop, address("tv.local", TV), airplay("tv.local", 7001)],
    });
    expect(services.typesAt(key(TV), 7000)).toEqual(["_airplay._tcp", "_raop._tcp"]);
    expect(services.typesAt(key(TV), 7001)).toEqual(["_airplay._tcp"]);
  });

  it("can have an instance name with dots", () => {
    const dotted = service(["Dr. X", "_ipp", "_tcp", "local"], 631, "tv.local");
    expect(servicesOf({ answers: [dotted, address("tv.local", TV)] }).typesAt(key(TV), 631)).toEqual([
      "_ipp._tcp",
    ]);
  });

  it.each<[string, BuiltName, number, string]>([
    ["with port 0, which means no service", "a._ipp._tcp.local", 0, "tv.local"],
    ["without a host", "a._ipp._tcp.local", 631, ""],
    ["without an instance", "_ipp._tcp.local", 631, "tv.local"],
    ["with a transport other than TCP and UDP", "a._ipp._sctp.local", 631, "tv.local"],
    ["with a type that has no underscore", "a.ipp._tcp.local", 631, "tv.local"],
    ["with a type that begins with two underscores", "a.__ipp._tcp.local", 631, "tv.local"],
    ["with a type within a single label", ["a", "_ipp._tcp", "local", "x"], 631, "tv.local"],
  ])("are ignored: %s", (_, name, port, host) => {
    const services = servicesOf({ answers: [service(name, port, host), address("tv.local", TV)] });
    expect(services.isEmpty).toBe(true);
    expect(services.typesAt(key(TV), 631)).toEqual([]);
  });
});

describe("too many local services", () => {
  const limits = { hosts: 3, servicesPerHost: 2, addresses: 3, hostsPerAddress: 2 };

  it("of one host: the oldest is evicted, and counted", () => {
    const services = new LocalServices(limits);
    tell(services, {
      answers: [address("tv.local", TV), ...[1, 2, 3].map((port) => airplay("tv.local", port))],
    });
    expect([1, 2, 3].map((port) => services.typesAt(key(TV), port).length)).toEqual([0, 1, 1]);
    expect(services.dropped).toBe(1);
  });

  it("hosts, addresses, and hosts of an address are limited likewise", () => {
    const services = new LocalServices(limits);
    for (let i = 0; i < 1000; i++)
      tell(services, {
        answers: [airplay(`h${i}.local`, 1), address(`h${i}.local`, `10.0.${i >> 8}.${i & 255}`)],
      });
    expect(services.dropped).toBe(2 * 997);
    expect(services.typesAt(key("10.0.3.231"), 1)).toEqual(["_airplay._tcp"]);
    expect(services.typesAt(key("10.0.3.228"), 1)).toEqual([]);
    for (let i = 0; i < 10; i++) tell(services, { answers: [address(`x${i}.local`, TV)] });
    expect(services.hostsAt(key(TV))).toEqual(["x9.local", "x8.local"]);
  });
});

describe("the test whether an address can have a service", () => {
  const lastWord = (text: string) =>
    Buffer.from(addressBytes(text)).readInt32BE(addressBytes(text).length - 4);

  it("is true if one was announced over either IP version, and rarely otherwise", () => {
    const services = servicesOf({
      answers: [airplay(), address("tv.local", TV), address("tv.local", "fe80::7")],
    });
    expect(services.mayHaveServices(lastWord(TV))).toBe(true);
    expect(services.mayHaveServices(lastWord("fe80::7"))).toBe(true);
    const others = Array.from({ length: 200 }, (_, i) =>
      services.mayHaveServices(lastWord(`192.168.9.${i}`)),
    );
    expect(others.filter(Boolean).length).toBeLessThan(3);
  });

  it("is false as long as addresses but no services were announced", () => {
    expect(servicesOf({ answers: [address("tv.local", TV)] }).mayHaveServices(lastWord(TV))).toBe(false);
  });
});
