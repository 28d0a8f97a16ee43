import { describe, expect, it } from "vitest";
import { addressBytes } from "../../src/anonymise/address-kinds.ts";
import { PrefixCipher } from "../../src/anonymise/prefix-cipher.ts";

/** Key and trace of sample_trace_raw.dat, published by the authors of Crypto-PAn with their program. */
const KEY = Uint8Array.of(
  ...[21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16],
  ...[216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2],
);

function hide(text: string): string {
  const address = addressBytes(text) as Uint8Array;
  const flips = new PrefixCipher(KEY).flipsOf(address);
  return [...address].map((byte, i) => byte ^ flips[i]).join(".");
}

describe("the prefix cipher", () => {
  it.each([
    ["128.11.68.132", "135.242.180.132"],
    ["129.118.74.4", "134.136.186.123"],
    ["130.132.252.244", "133.68.164.234"],
    ["141.223.7.43", "141.167.8.160"],
    ["141.233.145.108", "141.129.237.235"],
    ["152.163.225.39", "151.140.114.167"],
    ["156.29.3.236", "147.225.12.42"],
    ["165.247.96.84", "162.9.99.234"],
    ["166.107.77.190", "160.132.178.185"],
    ["192.102.249.13", "252.138.62.131"],
    ["24.5.0.80", "100.9.15.210"],
    ["64.14.118.196", "0.255.183.58"],
  ])("maps %s to %s, as Crypto-PAn does", (raw, expected) => {
    expect(hide(raw)).toBe(expected);
  });
});
