import { describe, expect, it } from "vitest";
import { UNDECODED_LINK_TYPES } from "../../src/net/link-type-names.ts";
import { LinkType, linkTypeName, linkTypeText } from "../../src/net/link-types.ts";

describe("link types", () => {
  it("have the names of the registry", () => {
    expect(linkTypeName(1)).toBe("ETHERNET");
    expect(linkTypeName(127)).toBe("IEEE802_11_RADIOTAP");
    expect(linkTypeName(276)).toBe("LINUX_SLL2");
    for (const raw of [12, 14, 101]) expect(linkTypeName(raw)).toBe("RAW");
  });

  it("have these names even if they are not decoded", () => {
    expect(linkTypeName(150)).toBe("USER3");
    expect(linkTypeName(189)).toBe("USB_LINUX");
  });

  it("without a registered name have their number", () => {
    expect(linkTypeName(511)).toBe("LINKTYPE_511");
  });

  it("are shown with name and number", () => {
    expect(linkTypeText(linkTypeName(189))).toBe("USB_LINUX (189)");
    expect(linkTypeText(linkTypeName(258))).toBe("PKTAP (258)");
    expect(linkTypeText(linkTypeName(14))).toBe("RAW (101)");
    expect(linkTypeText(linkTypeName(511))).toBe("LINKTYPE_511");
  });

  it("are unique, decoded or not", () => {
    const values = [...Object.values(LinkType), ...Object.keys(UNDECODED_LINK_TYPES).map(Number)];
    const names = [...Object.keys(LinkType), ...Object.values(UNDECODED_LINK_TYPES)];
    expect(new Set(values).size).toBe(values.length);
    expect(new Set(names).size).toBe(names.length);
  });
});
