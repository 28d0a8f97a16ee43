import { describe, expect, it } from "vitest";
import { readDhcpMessage } from "../../../src/evidence/payload/dhcp-names.ts";
import { formatAddressKey } from "../../../src/net/address-key.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { uncompressed } from "../../../src/testing/builders/dns-builder.ts";
import { type BuiltDhcp, buildDhcp } from "../../support/dhcp-builder.ts";
import { DHCP_ACK, DHCP_FULL_NAME, DHCP_REQUEST } from "../../support/real-names.ts";

function read(bytes: Uint8Array) {
  const message = readDhcpMessage(bytes, 0, bytes.length);
  if (message === null) return null;
  const { kind, address, name } = message;
  return [kind, address === null ? null : formatAddressKey(address), name];
}

const readBuilt = (message: BuiltDhcp) => read(buildDhcp(message));

const REQUEST = [53, [3]] as const;
const ACK = [53, [5]] as const;
const SERVER = [54, [192, 0, 2, 1]] as const;
const REQUESTED = [50, [192, 0, 2, 9]] as const;
const NAME = [12, "annas-mbp"] as const;

describe("recorded DHCP messages", () => {
  it("request and assign an address in one exchange", () => {
    expect(read(DHCP_REQUEST)).toEqual(["asked", "192.168.7.104", "annas-mbp"]);
    expect(read(DHCP_ACK)).toEqual(["acknowledged", "192.168.7.104", "annas-mbp"]);
    const exchanges = [DHCP_REQUEST, DHCP_ACK, DHCP_FULL_NAME].map(
      (bytes) => readDhcpMessage(bytes, 0, bytes.length)?.exchange,
    );
    expect(exchanges[0]).toBe(exchanges[1]);
    expect(exchanges[0]).not.toBe(exchanges[2]);
  });

  it("can contain a fully qualified name", () => {
    expect(read(DHCP_FULL_NAME)).toEqual(["asked", "192.168.7.104", "annas-mbp.corp.example"]);
  });

  it("are read as far as they go, and not beyond", () => {
    for (let length = 0; length < DHCP_REQUEST.length; length++) {
      const part = readDhcpMessage(DHCP_REQUEST, 0, length);
      expect(part === null).toBe(length < 240);
      const copy = DHCP_REQUEST.slice(0, length);
      expect(readDhcpMessage(copy, 0, length)).toEqual(part);
    }
  });
});

describe("the address in a DHCP message", () => {
  it("is the host's own if it has one", () => {
    expect(readBuilt({ ownAddress: "192.0.2.7", options: [REQUEST, NAME] })).toEqual([
      "claimed",
      "192.0.2.7",
      "annas-mbp",
    ]);
  });

  it("is the requested one only if a server has offered it", () => {
    expect(readBuilt({ options: [REQUEST, REQUESTED, NAME] })?.[1]).toBeNull();
    expect(readBuilt({ options: [REQUEST, REQUESTED, SERVER, NAME] })?.[1]).toBe("192.0.2.9");
    expect(readBuilt({ options: [[53, [1]], REQUESTED, SERVER, NAME] })?.[1]).toBeNull();
  });

  it("is the assigned one in preference to the host's own", () => {
    expect(readBuilt({ isReply: true, givenAddress: "192.0.2.8", options: [ACK] })?.[1]).toBe("192.0.2.8");
    expect(readBuilt({ isReply: true, ownAddress: "192.0.2.7", options: [ACK] })?.[1]).toBe("192.0.2.7");
  });

  it.each([2, 6])("is not taken from a reply of type %i", (type) => {
    expect(readBuilt({ isReply: true, givenAddress: "192.0.2.8", options: [[53, [type]], NAME] })).toBeNull();
  });
});

describe("the name in a DHCP message", () => {
  const nameOf = (...options: NonNullable<BuiltDhcp["options"]>) => readBuilt({ options })?.[2];
  const encoded = (bytes: Uint8Array) => [81, [4, 0, 0, ...bytes]] as const;

  it.each([
    [
      "is the fully qualified one if the host name precedes it",
      [NAME, [81, [1, 0, 0, ...Buffer.from("a.example")]]],
      "a.example",
    ],
    [
      "is the fully qualified one if the host name follows it",
      [[81, [1, 0, 0, ...Buffer.from("a.example")]], NAME],
      "a.example",
    ],
    ["can be encoded as in DNS", [encoded(uncompressed("Mac.corp.example"))], "mac.corp.example"],
    [
      "can be encoded as in DNS without the root, for the server to complete",
      [encoded(uncompressed("Mac").subarray(0, 4))],
      "Mac",
    ],
    [
      "is absent if its DNS encoding is cut within a label",
      [encoded(uncompressed("Mac").subarray(0, 3))],
      null,
    ],
    ["is absent if its DNS encoding contains a pointer", [encoded(Uint8Array.of(0xc0, 0))], null],
    ["is absent if its DNS encoding is only the root", [encoded(Uint8Array.of(0))], null],
    ["is absent if the option contains only the flags", [[81, [0, 0, 0]]], null],
    ["is absent if the option is empty", [[12, ""]], null],
    ["is absent if the option contains only zeros", [[12, [0, 0]]], null],
    ["can end with a zero byte", [[12, [0x61, 0]]], "a"],
    ["can contain invalid UTF-8", [[12, [0x61, 0xff]]], "a\ufffd"],
    ["is found after padding", [[0, []], NAME], "annas-mbp"],
  ] as [string, NonNullable<BuiltDhcp["options"]>, string | null][])("%s", (_, options, wanted) => {
    expect(nameOf(...options)).toBe(wanted);
  });

  it("is not read after the end option, or beyond the bytes", () => {
    expect(nameOf([255, []], NAME)).toBeNull();
    const cut = concatBytes(buildDhcp({ options: [REQUEST] }).slice(0, -1), [12, 200, 0x61]);
    expect(read(cut)).toEqual(["asked", null, null]);
  });
});

describe("a message that is not DHCP", () => {
  it("is recognised by another magic number", () => {
    expect(readBuilt({ magic: 0x63825364, options: [REQUEST, NAME] })).toBeNull();
  });
});
