import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import type { WifiFields } from "../../../src/testing/builders/capture-headers.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const IEEE802_11 = 105;
const RADIOTAP = 127;

const SNAP_IPV4 = "aaaa 03 000000 0800";

describe("an 802.11 frame", () => {
  it("of type data leads to IP through LLC", () => {
    const header = fromHex(`
      0801 2c00                            # data, to DS | duration
      0200 0000 0003 0200 0000 0001        # access point, source
      0200 0000 0002 1000                  # destination | sequence 1, fragment 0
      ${SNAP_IPV4}
    `);
    expect(decodeBytes(IEEE802_11, concatBytes(header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("with QoS, four addresses and HT control has a 36-byte header", () => {
    const header = fromHex(`
      8883 2c00                            # QoS data, to and from DS, HT control
      0200 0000 0003 0200 0000 0004
      0200 0000 0002 1000
      0200 0000 0001                       # address 4
      0000 1122 3344                       # QoS | HT control
      ${SNAP_IPV4}
    `);
    expect(decodeBytes(IEEE802_11, concatBytes(header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it.each<[WifiFields, string]>([
    [{ type: 0, subtype: 8 }, "wifi_management"],
    [{ type: 1, subtype: 13 }, "wifi_control"],
    [{ type: 3 }, "wifi_extension"],
    [{ subtype: 4 }, "wifi_without_data"],
    [{ subtype: 12 }, "wifi_without_data"],
    [{ subtype: 4, isProtected: true }, "wifi_without_data"],
    [{ isProtected: true }, "wifi_encrypted"],
    [{ subtype: 8, isProtected: true }, "wifi_encrypted"],
    [{ fragment: 1 }, "wifi_fragment"],
    [{ version: 1 }, "bad_wifi_header"],
  ])("with %o is reported as %s", (fields, weird) => {
    expect(decodeBuilt(packet().wifi(fields).snap().ipv4().udp()).weird).toBe(weird);
  });

  it("is complete with 10 bytes if it is an acknowledgment", () => {
    expect(decodeBytes(IEEE802_11, fromHex("d400 0000 0200 0000 0001")).weird).toBe("wifi_control");
  });

  it("without QoS is not lengthened by the order bit", () => {
    const built = packet().wifi({ hasHtControl: true }).snap().ipv4().udp();
    expect(decodeBuilt(built).weird).toBe("none");
  });

  it("has its destination found in every address layout", () => {
    const destination = "ff:ff:ff:ff:ff:ff";
    for (const [toDistribution, fromDistribution] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const fields = { toDistribution, fromDistribution };
      const broadcast = packet()
        .wifi({ ...fields, destination })
        .snap()
        .ipv4()
        .udp();
      expect(decodeBuilt(broadcast).out.linkBroadcast).toBe(1);
      expect(decodeBuilt(packet().wifi(fields).snap().ipv4().udp()).out.linkBroadcast).toBe(0);
    }
  });
});

describe("a radiotap header", () => {
  const wifi = fromHex(`
    0801 2c00 0200 0000 0003 0200 0000 0001 0200 0000 0002 1000
    ${SNAP_IPV4}
  `);

  it("is skipped by its length", () => {
    const header = fromHex(`
      00 00 1a00                           # version 0, pad, length 26
      2f48 0000                            # present: TSFT, flags, rate, channel, signal; antenna, rx flags
      1122 3344 5566 7788                  # TSFT, at 8
      00 02 6c09 a000 d6 01 0000           # flags, rate, channel 2412, signal, antenna, rx flags
    `);
    expect(decodeBytes(RADIOTAP, concatBytes(header, wifi, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  const frame = (flags: number, frameCheckLength: number) =>
    packet()
      .radiotap({ flags, hasTimer: true, moreWords: 1 })
      .wifi({ subtype: 8, isPadded: (flags & 0x20) !== 0, frameCheckLength })
      .snap()
      .ipv4({ totalLength: 0 })
      .udp({ length: 0 })
      .payload("apple");

  it("removes the frame check sequence that its flags announce", () => {
    expect(decodeBuilt(frame(0x10, 4)).payload.length).toBe(5);
    expect(decodeBuilt(frame(0x30, 4)).payload.length).toBe(5);
    expect(decodeBuilt(frame(0x00, 4)).payload.length).toBe(9);
  });

  it("leaves a frame whose frame check sequence was cut by the snaplen", () => {
    const built = frame(0x10, 4);
    const decoded = decodeBuilt(built, { cutTo: built.build().length - 4 });
    expect(decoded.payload.length).toBe(5);
  });

  it("reports padded frame headers", () => {
    expect(decodeBuilt(frame(0x20, 0)).weird).toBe("none");
    expect(
      decodeBuilt(packet().radiotap({ flags: 0x20 }).wifi({ subtype: 8 }).snap().ipv4().udp()).weird,
    ).toBe("llc");
  });

  it("reports frames damaged in the air, which are not decoded", () => {
    expect(decodeBuilt(frame(0x50, 4)).weird).toBe("bad_wifi_frame_check");
  });

  it.each([
    ["another version", packet().radiotap({ version: 1 })],
    ["a length below its header's", packet().radiotap({ length: 7 })],
    ["presence words beyond its length", packet().radiotap({ length: 8, moreWords: 3 })],
    ["flags beyond its length", packet().radiotap({ length: 8, flags: 0x10 })],
    [
      "flags beyond its length after the timer",
      packet().radiotap({ length: 16, hasTimer: true, flags: 0x10 }),
    ],
  ])("is malformed with %s", (_name, built) => {
    expect(decodeBuilt(built.wifi().snap().ipv4().udp()).weird).toBe("bad_radiotap_header");
  });

  it("is truncated if longer than the packet", () => {
    const built = packet().radiotap({ length: 500 }).wifi().snap().ipv4().udp();
    expect(decodeBuilt(built).weird).toBe("truncated_radiotap_header");
    expect(decodeBuilt(built, { cutTo: 20 }).weird).toBe("cut_radiotap_header");
  });
});

describe("Prism and AVS headers", () => {
  const wifi = () => packet().wifi().snap().ipv4().udp().build();
  const prism = (length: string) => fromHex(`44000000 ${length} 776c616e30 ${"00".repeat(131)}`);

  it.each([
    ["little-endian", prism("90000000")],
    ["big-endian", prism("00000090")],
    ["AVS under Prism's number", fromHex(`80211001 00000040 ${"00".repeat(56)}`)],
  ])("are skipped by their length: %s", (_name, header) => {
    expect(decodeBytes(119, concatBytes(header, wifi())).weird).toBe("none");
  });

  it("are malformed with an impossible length", () => {
    expect(decodeBytes(119, concatBytes(prism("04000000"), wifi())).weird).toBe("bad_prism_header");
    expect(decodeBytes(119, concatBytes(prism("ffffffff"), wifi())).weird).toBe("bad_prism_header");
    expect(decodeBytes(119, concatBytes(prism("00100000"), wifi())).weird).toBe("truncated_prism_header");
  });
});
