import { describe, expect, it } from "vitest";
import {
  cutBySnaplen,
  PacketClass,
  packetClassOf,
  WEIRD_CODES,
  Weird,
  weirdName,
} from "../../../src/packets/decode/weirds.ts";

const CODES = Object.entries(Weird).filter(([name]) => name !== "TRUNCATED_LAST");

describe("weirds", () => {
  it("have unique codes and snake_case names", () => {
    const codes = CODES.map(([, code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const [name, code] of CODES) {
      expect(weirdName(code)).toBe(name.toLowerCase());
      expect(weirdName(code)).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(code).toBeLessThan(WEIRD_CODES);
    }
  });

  it("for truncated packets have a counterpart for the snaplen, in a separate range of codes", () => {
    const truncated = CODES.filter(([name]) => name.startsWith("TRUNCATED_"));
    expect(Math.max(...truncated.map(([, code]) => code))).toBe(Weird.TRUNCATED_LAST);
    for (const [name, code] of truncated) {
      expect(packetClassOf(code)).toBe(PacketClass.MALFORMED);
      expect(packetClassOf(cutBySnaplen(code))).toBe(PacketClass.SNAPLEN_CUT);
      expect(weirdName(cutBySnaplen(code))).toBe(name.toLowerCase().replace("truncated", "cut"));
    }
    for (const [name, code] of CODES) {
      expect(packetClassOf(code), name).not.toBe(PacketClass.SNAPLEN_CUT);
    }
  });

  it.each([
    [Weird.NONE, PacketClass.DECODED],
    [Weird.FRAGMENT_WITHOUT_FIRST, PacketClass.FRAGMENTS],
    [Weird.GRE_WITHOUT_IP, PacketClass.OTHER_IP],
    [Weird.NETLINK, PacketClass.NON_IP],
    [Weird.BAD_PRISM_HEADER, PacketClass.MALFORMED],
    [Weird.UNSUPPORTED_LINK_TYPE, PacketClass.UNSUPPORTED_LINK_TYPE],
  ])("with code %i are of class %i", (code, packetClass) => {
    expect(packetClassOf(code)).toBe(packetClass);
  });

  it("without a name show their number", () => {
    expect(weirdName(63)).toBe("weird_63");
  });
});
