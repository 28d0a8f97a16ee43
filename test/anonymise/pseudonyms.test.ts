import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressBytes } from "../../src/anonymise/address-kinds.ts";
import { loadPseudonyms } from "../../src/anonymise/load-pseudonyms.ts";
import { formatIpv4, formatIpv6 } from "../../src/net/addresses.ts";

const KEY = "00112233445566778899aabbccddeeff".repeat(2);
const pseudonyms = loadPseudonyms(KEY);

function sharedBits(a: string, b: string): number {
  const bits = [a, b].map((text) =>
    [...(addressBytes(text) as Uint8Array)].map((byte) => byte.toString(2).padStart(8, "0")).join(""),
  );
  let shared = 0;
  while (shared < bits[0].length && bits[0][shared] === bits[1][shared]) shared++;
  return shared;
}

const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0x0a000001, 0xc0a80101, 0));
const ipv4 = word.map(formatIpv4);
const ipv6 = fc
  .tuple(fc.constantFrom(0x20010db8, 0x26200149, 0xfd000000, 0xfe800000, 0xff020000), word, word, word)
  .map((words) => formatIpv6(...words));

describe("pseudonyms of addresses", () => {
  it("share exactly as many leading bits as the addresses do", () => {
    for (const address of [ipv4, ipv6]) {
      fc.assert(
        fc.property(address, address, (a, b) => {
          expect(sharedBits(pseudonyms.address(a), pseudonyms.address(b))).toBe(sharedBits(a, b));
        }),
      );
    }
  });

  it.each([
    ["10.1.2.3", /^10\./],
    ["172.20.1.2", /^172\.(1[6-9]|2\d|3[01])\./],
    ["192.168.7.9", /^192\.168\./],
    ["169.254.7.9", /^169\.254\./],
    ["100.100.1.1", /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
    ["239.1.2.3", /^2(2[4-9]|3\d)\./],
    ["fd12:3456::1", /^fd/],
    ["fe80::1234:56ff:fe78:9abc", /^fe80::/],
    ["ff02::1:ff12:3456", /^ff02::1:ff/],
    ["2001:db8::1", /^[23][0-9a-f]{3}:/],
  ])("keep the kind of %s and hide the rest", (address, kind) => {
    expect(pseudonyms.address(address)).toMatch(kind);
    expect(pseudonyms.address(address)).not.toBe(address);
  });

  it.each([
    ...["0.0.0.0", "127.0.0.1", "255.255.255.255", "224.0.0.251", "224.0.1.1", "239.255.255.250"],
    ...["::", "::1", "ff02::1", "ff02::fb", "ff05::c"],
  ])("leave %s unchanged, which identifies nobody", (address) => {
    expect(pseudonyms.address(address)).toBe(address);
  });

  it("never turn a public address into a private one, or the reverse", () => {
    const isSpecial = (text: string) =>
      /^(0|10|127)\.|^172\.(1[6-9]|2\d|3[01])\.|^192\.168\.|^169\.254\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^(22[4-9]|2[345]\d)\./.test(
        text,
      );
    fc.assert(
      fc.property(ipv4, (address) => {
        expect(isSpecial(pseudonyms.address(address))).toBe(isSpecial(address));
      }),
    );
  });

  it("hide an IPv4 address embedded in IPv6 the same way as the IPv4 address itself", () => {
    expect(pseudonyms.address("::ffff:10.1.2.3")).toBe(`::ffff:${pseudonyms.address("10.1.2.3")}`);
    const [low] = pseudonyms.address("64:ff9b::a01:203").split("::").slice(1);
    expect(sharedBits(`::${low}`, `::${pseudonyms.address("10.1.2.3")}`)).toBe(128);
  });
});

describe("pseudonyms of names", () => {
  it.each([
    ...[
      "courier.push.apple.com",
      "1-courier.push.apple.com",
      "gateway.icloud.com",
      "icloud.com",
      "Mesu.Apple.com",
    ],
  ])("leave %s unchanged, a name of Apple's", (name) => {
    expect(pseudonyms.hostName(name)).toBe(name.toLowerCase());
  });

  it("hide names that only look like Apple's", () => {
    for (const name of [
      "fakeapple.com",
      "apple.com-support.example",
      "mesu.apple.com.corp.example",
      "apple",
    ]) {
      expect(pseudonyms.hostName(name)).toMatch(/^(n[0-9a-f]{12}\.?)+$/);
    }
  });

  it("map each label within its domain: the same domain gives the same pseudonym, the same label elsewhere another", () => {
    const [www, mail] = ["www.corp.example", "mail.corp.example"].map((name) => pseudonyms.hostName(name));
    expect(www.split(".").slice(1)).toEqual(mail.split(".").slice(1));
    expect(pseudonyms.hostName("corp.example")).toBe(mail.split(".").slice(1).join("."));
    expect(pseudonyms.hostName("www.other.example").split(".")[0]).not.toBe(www.split(".")[0]);
    expect(pseudonyms.hostName("WWW.Corp.example.")).toBe(www);
  });

  it.each([
    ["annas-iphone.apple.com", /^n[0-9a-f]{12}\.apple\.com$/],
    ["p42-contacts.icloud.com", /^p42-contacts\.icloud\.com$/],
    ["12345678-courier.push.apple.com", /^n[0-9a-f]{12}\.push\.apple\.com$/],
    ["49d13a5e.mesu.apple.com", /^n[0-9a-f]{12}\.mesu\.apple\.com$/],
  ])("hide labels of unknown shape in %s, a name of Apple's", (name, expected) => {
    expect(pseudonyms.hostName(name)).toMatch(expected);
  });

  it("hide device names, also below Apple's domains, and carrier names", () => {
    expect(pseudonyms.hostName("Annas-MacBook.local")).toMatch(/^n[0-9a-f]{12}\.local$/);
    expect(pseudonyms.hostName("Anna's iPad")).toMatch(/^n[0-9a-f]{12}$/);
    const device = "annas-mac.123456.members.btmm.icloud.com";
    expect(pseudonyms.hostName(device)).toMatch(/^n\w{12}\.n\w{12}\.members\.btmm\.icloud\.com$/);
    const carrier = "epdg.epc.mnc001.mcc262.pub.3gppnetwork.org";
    expect(pseudonyms.hostName(carrier)).toMatch(/^(n\w{12}\.?){7}$/);
    expect(pseudonyms.hostName(carrier.toUpperCase())).toBe(pseudonyms.hostName(carrier));
  });

  it("treat an address used as a name like an address", () => {
    expect(pseudonyms.hostName("10.1.2.3")).toBe(pseudonyms.address("10.1.2.3"));
    expect(pseudonyms.hostName("[fd12::1]")).toBe(pseudonyms.address("fd12::1"));
  });

  it("hide processes, files and interfaces with uncommon names", () => {
    expect(pseudonyms.process("apsd")).toBe("apsd");
    expect(pseudonyms.process("/Users/anna/Messages")).toBe("Messages");
    expect(pseudonyms.process("payroll")).toMatch(/^process-\w{12}$/);
    expect(pseudonyms.process("Discord")).toMatch(/^process-\w{12}$/);
    expect(pseudonyms.sourceName("/home/anna/anna.pcap")).toBe(pseudonyms.sourceName("anna.pcap"));
    expect(pseudonyms.sourceName("anna.pcap")).toMatch(/^file-\w{12}$/);
    expect(pseudonyms.sourceName("-")).toBe("-");
    expect(pseudonyms.interfaceName("en0")).toBe("en0");
    expect(pseudonyms.interfaceName("anna's tap")).toMatch(/^interface-\w{12}$/);
    expect(pseudonyms.serviceType("_airplay._tcp")).toBe("_airplay._tcp");
    expect(pseudonyms.serviceType("_payroll._tcp")).toMatch(/^type-\w{12}$/);
  });
});

describe("keys of pseudonyms", () => {
  it("give the same pseudonyms when equal, and different ones otherwise", () => {
    expect(loadPseudonyms(KEY).address("10.1.2.3")).toBe(pseudonyms.address("10.1.2.3"));
    const others = [loadPseudonyms(), loadPseudonyms()];
    expect(new Set(others.map((one) => one.hostName("corp.example"))).size).toBe(2);
    expect(new Set([...others, pseudonyms].map((one) => one.address("10.1.2.3"))).size).toBe(3);
  });

  it("are refused when malformed, without being repeated in the error", () => {
    expect(() => loadPseudonyms("secret")).toThrow(/^a pseudonym key needs 64 hexadecimal digits$/);
  });
});
