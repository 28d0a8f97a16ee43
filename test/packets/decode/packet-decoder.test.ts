/** Every combination of layers, and their common rules: link types, depth, frame check sequence. */
import { describe, expect, it } from "vitest";
import { LinkType } from "../../../src/net/link-types.ts";
import { isSupportedLinkType } from "../../../src/packets/decode/packet-decoder.ts";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { CATALOGUE } from "./packet-catalogue.ts";

describe("the decoder, given every combination of layers,", () => {
  it.each(CATALOGUE)("decodes $name", ({ packet: built, linkType, expected }) => {
    expect(decodeBuilt(built, linkType === undefined ? {} : { linkType }).summary).toBe(expected);
  });

  it("works at any offset in the block", () => {
    for (const { packet: built, linkType, expected } of CATALOGUE) {
      for (const offset of [0, 1, 1000]) {
        const options = { linkType: linkType ?? built.linkType, offset };
        expect(decodeBuilt(built, options).summary).toBe(expected);
      }
    }
  });

  it("returns the payload of the innermost header, without padding", () => {
    for (const { name, packet: built, linkType, expected } of CATALOGUE) {
      if (!/^(tcp|udp) /.test(expected) || /options|ah ipv6|first|atomic/.test(name)) continue;
      const { payload } = decodeBuilt(built, linkType === undefined ? {} : { linkType });
      expect([name, ...payload]).toEqual([name, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }
  });
});

describe("the link type", () => {
  it.each(Object.values(LinkType))("%i is decoded", (linkType) => {
    expect(isSupportedLinkType(linkType)).toBe(true);
  });

  it.each([2, 10, 150, 189, 277, 511, 512, 65535, -1])("%i is counted as unsupported", (linkType) => {
    expect(isSupportedLinkType(linkType)).toBe(false);
    const decoded = decodeBytes(linkType, packet().ipv4().udp().build());
    expect(decoded.weird).toBe("unsupported_link_type");
    expect(decoded.packetClass).toBe(PacketClass.UNSUPPORTED_LINK_TYPE);
  });
});

describe("numbers with the high bit set", () => {
  it("are read as unsigned", () => {
    const built = packet()
      .ethernet()
      .ipv4({ source: "224.0.0.251", destination: "255.255.255.255", id: 0xfedc, moreFragments: true })
      .udp({ sourcePort: 65_535, destinationPort: 32_768 })
      .payload(8);
    const { summary, out } = decodeBuilt(built);
    expect(summary).toBe("udp 224.0.0.251 65535 > 255.255.255.255 32768");
    expect(out.fragmentId).toBe(0xfedc);
    const six = packet().ipv6({ source: "fe80::ffff" }).fragment({ more: true, id: 0xffff_fffe }).udp();
    expect(decodeBuilt(six).out.fragmentId).toBe(0xffff_fffe);
  });
});

describe("the number of layers", () => {
  it("is limited: too many nested tunnels are malformed", () => {
    let tower = packet().ethernet();
    for (let i = 0; i < 30; i++) tower = tower.ipv4();
    const decoded = decodeBuilt(tower.tcp());
    expect(decoded.weird).toBe("too_many_layers");
    expect(decoded.packetClass).toBe(PacketClass.MALFORMED);
  });

  it("has room for realistic packets", () => {
    let stack = packet().ethernet();
    for (let i = 0; i < 10; i++) stack = stack.ipv4();
    expect(decodeBuilt(stack.tcp()).weird).toBe("none");
  });
});

describe("an announced frame check sequence", () => {
  const frame = packet().ethernet().ipv4({ totalLength: 0 }).udp({ length: 0 }).payload("apple");

  it("is excluded from the payload", () => {
    const whole = frame.padding([0xde, 0xad, 0xbe, 0xef]);
    expect(decodeBuilt(whole, { fcsLength: 4 }).payload).toEqual(new TextEncoder().encode("apple"));
    expect(decodeBuilt(whole).payload.length).toBe(9);
  });

  it("is the first part truncated by a snaplen", () => {
    const length = frame.build().length;
    const cutInFrameCheck = decodeBuilt(frame, { originalLength: length + 4, fcsLength: 4 });
    expect(cutInFrameCheck.payload.length).toBe(5);
    expect(cutInFrameCheck.out.cutBySnaplen).toBe(0);
    const cutInFrame = decodeBuilt(frame, { cutTo: length - 2, originalLength: length + 4, fcsLength: 4 });
    expect(cutInFrame.payload.length).toBe(3);
    expect(cutInFrame.out.cutBySnaplen).toBe(1);
  });

  it("can exceed the original length without harm", () => {
    expect(decodeBuilt(frame, { originalLength: 2, fcsLength: 4 }).weird).toBe("none");
  });
});
