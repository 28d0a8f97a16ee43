import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  matchesLabels,
  normalizeHostName,
  parseHostPattern,
} from "../../../src/knowledge/evidence/host-pattern.ts";

describe("parseHostPattern", () => {
  it.each([
    ["=mesu.apple.com", "exact", "mesu.apple.com"],
    [".push.apple.com", "suffix", "push.apple.com"],
    [".apple", "suffix", "apple"],
    ["p#-caldav.icloud.com", "wildcard", "p#-caldav.icloud.com"],
    ["gateway-*.icloud.com", "wildcard", "gateway-*.icloud.com"],
    ["*.icloud.com", "wildcard", "*.icloud.com"],
    ["epdg.epc.mnc#.mcc#.pub.3gppnetwork.org", "wildcard", "epdg.epc.mnc#.mcc#.pub.3gppnetwork.org"],
    ["*-ntp-#.aaplimg.com", "wildcard", "*-ntp-#.aaplimg.com"],
    ["p#-*.fe.apple-dns.net", "wildcard", "p#-*.fe.apple-dns.net"],
    ["=_dns-sd.example", "exact", "_dns-sd.example"],
  ])("reads %s", (text, kind, name) => {
    expect(parseHostPattern(text)).toEqual({ kind, text, name });
  });

  it.each([
    ["", "not a label of a lower-case host name"],
    ["=", "not a label of a lower-case host name"],
    ["apple.com", "ambiguous: write =apple.com for that name only, .apple.com to include all names below it"],
    ["=Apple.com", "not a label of a lower-case host name"],
    ["=apple..com", '"" of "=apple..com"'],
    ["=apple.com.", '"" of "=apple.com."'],
    ["=äpfel.example", "not a label of a lower-case host name"],
    ["=*.apple.com", "has a wildcard; leave the = out"],
    [".p#.apple.com", "has a wildcard; leave the . out"],
    ["a*b*.apple.com", '"a*b*" of'],
    ["a#*.apple.com", '"a#*" of'],
    ["a*#.apple.com", '"a*#" of'],
    ["*1#.apple.com", '"*1#" of'],
    ["#1*.apple.com", '"#1*" of'],
    ["*-#-*.apple.com", '"*-#-*" of'],
    ["mesu.apple.*", "ends in a wildcard"],
    ["(a+)+.apple.com", '"(a+)+" of'],
    [`=${"a".repeat(64)}.example`, "not a label of a lower-case host name"],
    [`=${"a.".repeat(127)}`, "the name has 254 characters, at most 253"],
  ])("refuses %j", (text, problem) => {
    expect(parseHostPattern(text)).toContain(problem);
  });
});

describe("normalizeHostName", () => {
  it("returns lower case without a final dot", () => {
    expect(normalizeHostName("mesu.apple.com")).toBe("mesu.apple.com");
    expect(normalizeHostName("MESU.Apple.COM.")).toBe("mesu.apple.com");
    expect(normalizeHostName("xn--pple-43d.com")).toBe("xn--pple-43d.com");
    expect(normalizeHostName("a")).toBe("a");
    expect(normalizeHostName(`${"a".repeat(253)}.`)).toHaveLength(253);
  });

  it.each([
    "",
    ".",
    "..",
    "apple.com..",
    ".apple.com",
    "mesu..apple.com",
    "mesu.apple.com ",
    "mesu\n.apple.com",
    "mesu\u0000.apple.com",
    "аpple.com", // Cyrillic а
    "mas\u212a.icloud.com", // toLowerCase turns the kelvin sign into a k
    "mesu\uff0eapple.com", // full-width full stop
    "mesu.apple.com\u202e",
    "\ud83d\ude00.apple.com",
    "\ufffd.apple.com",
    `${"a".repeat(250)}.com`,
  ])("refuses %j", (name) => {
    expect(normalizeHostName(name)).toBeNull();
  });

  it("never throws, and is idempotent", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.domain(), fc.string()), (name) => {
        const normalized = normalizeHostName(name);
        if (normalized !== null) expect(normalizeHostName(normalized)).toBe(normalized);
      }),
    );
  });
});

describe("matchesLabels", () => {
  const matches = (pattern: string, name: string) => matchesLabels(pattern.split("."), name.split("."));

  it.each([
    ["p#-caldav.icloud.com", "p54-caldav.icloud.com"],
    ["p#-caldav.icloud.com", "p0-caldav.icloud.com"],
    ["#-courier.push.apple.com", "17-courier.push.apple.com"],
    ["gateway-*.icloud.com", "gateway-australia.icloud.com"],
    ["a*a.example", "aaa.example"],
    ["*.example", "anything.example"],
    ["*-ntp-#.aaplimg.com", "uslax1-ntp-001.aaplimg.com"],
    ["*-ntp-#.aaplimg.com", "a-ntp-1-ntp-2.aaplimg.com"],
    ["p#-*.fe.apple-dns.net", "p15-ckcoderouter.fe.apple-dns.net"],
    ["p#-*.fe.apple-dns.net", "p1--.fe.apple-dns.net"],
  ])("%s matches %s", (pattern, name) => expect(matches(pattern, name)).toBe(true));

  it.each([
    ["p#-caldav.icloud.com", "p-caldav.icloud.com"],
    ["p#-caldav.icloud.com", "p5x-caldav.icloud.com"],
    ["p#-caldav.icloud.com", "p5-caldav.icloud.com.evil"],
    ["p#-caldav.icloud.com", "a.p5-caldav.icloud.com"],
    ["p#-caldav.icloud.com", "xp5-caldav.icloud.com"],
    ["gateway-*.icloud.com", "gateway-.icloud.com"],
    ["gateway-*.icloud.com", "gateway-a.b.icloud.com"],
    ["a*a.example", "aa.example"],
    ["*.example", "a.b.example"],
    ["*-ntp-#.aaplimg.com", "-ntp-001.aaplimg.com"],
    ["*-ntp-#.aaplimg.com", "uslax1-ntp-.aaplimg.com"],
    ["*-ntp-#.aaplimg.com", "uslax1-ntp-001a.aaplimg.com"],
    ["*-ntp-#.aaplimg.com", "uslax1-ntp001.aaplimg.com"],
    ["p#-*.fe.apple-dns.net", "p15-.fe.apple-dns.net"],
    ["p#-*.fe.apple-dns.net", "p-15-caldav.fe.apple-dns.net"],
    ["p#-*.fe.apple-dns.net", "weather-edge.fe.apple-dns.net"],
  ])("%s does not match %s", (pattern, name) => expect(matches(pattern, name)).toBe(false));

  it("agrees with a regular expression of the same meaning", () => {
    const label = fc.string({ unit: fc.constantFrom("a", "b", "-", "1", "2"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom("*a#", "#a*", "1*-a#2", "a#-*1", "*-#", "b#b", "a*2"),
        label,
        (pattern, name) => {
          const same = new RegExp(`^${pattern.replace("*", ".+").replace("#", "[0-9]+")}$`);
          expect(matchesLabels([pattern], [name])).toBe(same.test(name));
        },
      ),
      { numRuns: 5000 },
    );
  });
});
