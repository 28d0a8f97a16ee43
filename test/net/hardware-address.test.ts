import { describe, expect, it } from "vitest";
import { readIpv6Key } from "../../src/net/address-key.ts";
import {
  formatHardware,
  hardwareInAddress,
  hardwarePrefix,
  isPrivateHardware,
  isStation,
  readHardware,
} from "../../src/net/hardware-address.ts";
import { addressBytes, hardwareAddressBytes } from "../../src/testing/builders/packet-layer.ts";

const read = (text: string) => readHardware(hardwareAddressBytes(text), 0);

describe("a hardware address", () => {
  it("is parsed and formatted", () => {
    for (const text of ["00:00:00:00:00:01", "d8:30:62:aa:0b:ff", "ff:ff:ff:ff:ff:fe"]) {
      expect(formatHardware(read(text))).toBe(text);
    }
    expect(hardwarePrefix(read("d8:30:62:aa:0b:ff"))).toBe(0xd83062);
  });

  it("can be of a station, of a group, or locally administered", () => {
    expect(
      ["00:00:00:00:00:00", "01:00:5e:00:00:fb", "ff:ff:ff:ff:ff:ff"].map((text) => isStation(read(text))),
    ).toEqual([false, false, false]);
    expect(isStation(read("d8:30:62:aa:0b:ff"))).toBe(true);
    expect(["d2", "d6", "da", "de"].map((byte) => isPrivateHardware(read(`${byte}:00:00:00:00:01`)))).toEqual(
      Array(4).fill(true),
    );
    expect(isPrivateHardware(read("d8:30:62:aa:0b:ff"))).toBe(false);
  });

  it("is found in IPv6 addresses derived from it (RFC 4291, appendix A)", () => {
    const of = (text: string) => hardwareInAddress(readIpv6Key(addressBytes(text), 0));
    expect(of("fe80::da30:62ff:feaa:bff")).toBe(read("d8:30:62:aa:0b:ff"));
    expect(of("fe80::da30:62fe:feaa:bff")).toBeNull();
    expect(of("fe80::da30:62ff:fdaa:bff")).toBeNull();
    expect(hardwareInAddress(0x0a000001)).toBeNull();
  });
});
