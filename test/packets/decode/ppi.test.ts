import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { ETHERNET_TCP_SYN } from "../../support/real-packets.ts";

const PPI = 192;

describe("PPI", () => {
  it("is skipped by its length, to the link type it names", () => {
    const header = fromHex(`
      00 00 0800                          # version 0, no flags, length 8
      0100 0000                           # DLT 1: Ethernet
    `);
    expect(decodeBytes(PPI, concatBytes(header, ETHERNET_TCP_SYN)).summary).toBe(
      "tcp 127.0.0.1 50002 > 127.0.0.1 5223",
    );
  });

  it("reports the frame check sequence of a Wi-Fi frame, with aligned fields or not", () => {
    for (const isAligned of [false, true]) {
      for (const [wifiFlags, length] of [
        [0, 9],
        [1, 5],
      ]) {
        const built = packet()
          .ppi({ wifiFlags, isAligned })
          .wifi({ frameCheckLength: 4 })
          .snap()
          .ipv4({ totalLength: 0 })
          .udp({ length: 0 })
          .payload("apple");
        expect(decodeBuilt(built).payload.length).toBe(length);
      }
    }
  });

  it("skips frames damaged in the air", () => {
    const built = packet().ppi({ wifiFlags: 5 }).wifi({ frameCheckLength: 4 }).snap().ipv4().udp();
    expect(decodeBuilt(built).weird).toBe("bad_wifi_frame_check");
  });

  it.each([[149], [192], [258], [220], [0xffff_ffff]])("refuses link type %i inside", (dlt) => {
    expect(decodeBuilt(packet().ppi({ dlt }).pktap().ethernet().ipv4().udp()).weird).toBe(
      "unsupported_link_type",
    );
  });

  it("is malformed with another version, or a length below its own", () => {
    expect(decodeBuilt(packet().ppi({ version: 1 }).ethernet().ipv4().udp()).weird).toBe("bad_ppi_header");
    expect(decodeBuilt(packet().ppi({ length: 7 }).ethernet().ipv4().udp()).weird).toBe("bad_ppi_header");
    expect(decodeBuilt(packet().ppi({ length: 999 }).ethernet().ipv4().udp()).weird).toBe(
      "truncated_ppi_header",
    );
  });
});
