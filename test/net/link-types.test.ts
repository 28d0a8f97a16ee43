import { describe, expect, it } from "vitest";
import { LinkType, linkTypeName } from "../../src/net/link-types.ts";

describe("link types", () => {
  it("have the registry's names", () => {
    expect(linkTypeName(1)).toBe("ETHERNET");
    expect(linkTypeName(127)).toBe("IEEE802_11_RADIOTAP");
    expect(linkTypeName(276)).toBe("LINUX_SLL2");
    for (const raw of [12, 14, 101]) expect(linkTypeName(raw)).toBe("RAW");
  });

  it("that nobody here knows have their number", () => {
    expect(linkTypeName(150)).toBe("LINKTYPE_150");
  });

  it("are all different", () => {
    const values = Object.values(LinkType);
    expect(new Set(values).size).toBe(values.length);
  });
});
