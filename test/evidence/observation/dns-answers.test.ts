import { describe, expect, it } from "vitest";
import { DnsAnswers } from "../../../src/evidence/observation/dns-answers.ts";
import { ipv4Key, ipv6Key } from "../../../src/net/address-key.ts";

const MAC = ipv4Key(0x0a000001);
const MAC_V6 = ipv6Key(0xfe800000, 0, 0, 1);
const PHONE = ipv4Key(0x0a000002);
const TABLET = ipv4Key(0x0a000003);
const ROUTER = ipv4Key(0x0a0000fe);
const CDN = ipv4Key(0x17fd35c9);
const CDN_V6 = ipv6Key(0x26200149, 0, 0, 3);

function answersTo(
  ...given: readonly (readonly [client: string | number, name: string, address?: string | number])[]
) {
  const answers = new DnsAnswers();
  given.forEach(([client, name, address = CDN], i) => {
    answers.add(client, name, address, 60, 1000 + i);
  });
  return answers;
}

describe("DNS names of an address", () => {
  it("are the client's own, the most recent first", () => {
    const answers = answersTo(
      [MAC, "captive.apple.com"],
      [MAC, "mesu.apple.com"],
      [PHONE, "www.example.com"],
    );
    expect(answers.namesOf(MAC, CDN, 1010)).toEqual(["mesu.apple.com", "captive.apple.com"]);
    expect(answers.namesOf(PHONE, CDN, 1010)).toEqual(["www.example.com"]);
    expect(answers.namesOf(MAC, CDN_V6, 1010)).toEqual([]);
  });

  it("are those answered before the flow", () => {
    const answers = answersTo([MAC, "captive.apple.com"], [MAC, "b.example"], [MAC, "c.example"]);
    expect(answers.namesOf(MAC, CDN, 1000)).toEqual(["b.example", "captive.apple.com"]);
  });

  it("are limited to eight", () => {
    const answers = answersTo(...[..."abcdefghijkl"].map((name) => [MAC, name] as const));
    expect(answers.namesOf(MAC, CDN, 2000 - 100)).toEqual([..."lkjihgfe"]);
  });

  it("are kept apart by address and asker of either IP version", () => {
    const answers = answersTo([MAC, "four.example", CDN_V6], [MAC_V6, "six.example", CDN]);
    expect(answers.namesOf(MAC, CDN_V6, 1010)).toEqual(["four.example"]);
    expect(answers.namesOf(MAC_V6, CDN, 1010)).toEqual(["six.example"]);
    // Concatenated, the keys of these two pairs have the same 16-bit units in the same order.
    const client = ipv4Key(0x00010002);
    const address = ipv6Key(0x00030004, 0x00050006, 0x00070008, 0x0009000a);
    const odd = answersTo([client, "four.example", address]);
    expect(odd.namesOf(ipv6Key(0x00010002, 0x00030004, 0x00050006, 0x00070008), 0x0009000a, 1010)).toEqual(
      [],
    );
  });
});

describe("DNS names asked for by other clients", () => {
  it("are used if a resolver or router asks for everyone", () => {
    const answers = answersTo([ROUTER, "captive.apple.com"], [ROUTER, "mesu.apple.com"]);
    expect(answers.namesOf(MAC, CDN, 1010)).toEqual(["mesu.apple.com", "captive.apple.com"]);
  });

  it("are used for several askers only if they agree", () => {
    const agreed = answersTo([PHONE, "mesu.apple.com"], [TABLET, "mesu.apple.com"]);
    expect(agreed.namesOf(MAC, CDN, 1010)).toEqual(["mesu.apple.com"]);
    const different = answersTo([PHONE, "mesu.apple.com"], [TABLET, "captive.apple.com"]);
    expect(different.namesOf(MAC, CDN, 1010)).toEqual([]);
    const unlike = answersTo([PHONE, "a.example"], [TABLET, "a.example"], [PHONE, "b.example"]);
    expect(unlike.namesOf(MAC, CDN, 1010)).toEqual([]);
  });

  it("are not used if the client asks for other names itself", () => {
    const answers = answersTo([PHONE, "mesu.apple.com"], [MAC, "www.example.com", 1]);
    expect(answers.namesOf(MAC, CDN, 1010)).toEqual([]);
  });

  it("are used if they came over the other IP version, even if the client asks over this one", () => {
    const answers = answersTo([MAC_V6, "mesu.apple.com"], [MAC, "www.example.com", 1]);
    expect(answers.namesOf(MAC, CDN, 1010)).toEqual(["mesu.apple.com"]);
  });

  it("are used for both IP versions only if they agree", () => {
    const answers = answersTo([MAC_V6, "mesu.apple.com"], [PHONE, "captive.apple.com"]);
    expect(answers.namesOf(TABLET, CDN, 1010)).toEqual([]);
  });

  it("expire like the client's own", () => {
    const answers = answersTo([ROUTER, "mesu.apple.com"]);
    expect([998, 999, 1900, 1901].map((seconds) => answers.namesOf(MAC, CDN, seconds).length)).toEqual([
      0, 1, 1, 0,
    ]);
  });
});

describe("a flood of DNS answers", () => {
  it("keeps the latest, and counts the others", () => {
    const answers = new DnsAnswers({ answers: 100, names: 4, askers: 10 });
    for (let i = 0; i < 5000; i++) answers.add(PHONE, `n${i}.example`, i, 60, 1000);
    expect([answers.count, answers.dropped]).toEqual([100, 4900]);
    expect(answers.namesOf(PHONE, 4999, 1000)).toEqual(["n4999.example"]);
    expect(answers.namesOf(PHONE, 4900, 1000)).toEqual(["n4900.example"]);
    expect(answers.namesOf(PHONE, 4899, 1000)).toEqual([]);
  });

  it("for one address keeps the latest names", () => {
    const answers = new DnsAnswers({ answers: 100, names: 4, askers: 10 });
    for (let i = 0; i < 1000; i++) answers.add(PHONE, `n${i}`, CDN, 60, 1000);
    expect(answers.namesOf(PHONE, CDN, 1000)).toEqual(["n999", "n998", "n997", "n996"]);
    expect([answers.count, answers.dropped]).toEqual([4, 996]);
  });
});
