import { describe, expect, it } from "vitest";
import { Scope, scopeOf } from "../../../src/evidence/devices/address-scope.ts";
import { readIpv4Key, readIpv6Key } from "../../../src/net/address-key.ts";
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";

const key = (text: string) => {
  const bytes = addressBytes(text);
  return bytes.length === 4 ? readIpv4Key(bytes, 0) : readIpv6Key(bytes, 0);
};

describe("the scope of an address", () => {
  it.each([
    ["NOBODY", ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "0.1.2.3"]],
    ["HOST", ["127.0.0.1", "127.9.9.9", "::1"]],
    ["LINK", ["169.254.0.1", "169.254.255.255", "fe80::1", "febf::1"]],
    [
      "PRIVATE",
      [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "100.64.0.1",
        "100.127.1.1",
        "fc00::1",
        "fdff::1",
      ],
    ],
    [
      "PUBLIC",
      [
        "9.255.255.255",
        "11.0.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.169.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "169.253.0.1",
        "2001:db8::1",
        "fec0::1",
        "::2:0:1",
      ],
    ],
  ] as const)("%s", (scope, addresses) => {
    for (const text of addresses) expect(scopeOf(key(text)), text).toBe(Scope[scope]);
  });
});
