/** The first bytes of a segment in a TLS handshake, truncated at any length: nothing outside them is read. */
import { describe, expect, it } from "vitest";
import { alertName } from "../../../src/evidence/payload/tls-alerts.ts";
import { beginsClientHello, beginsTls, fatalAlert } from "../../../src/evidence/payload/tls-beginnings.ts";

const HELLO = [22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3];
const CHANGE_CIPHER = [20, 3, 3, 0, 1, 1];
const ALERT = [21, 3, 3, 0, 2, 2, 48];

/** The bytes surrounded by others, as in a block. */
function at<T>(read: (bytes: Uint8Array, offset: number, length: number) => T, bytes: readonly number[]): T {
  return read(Uint8Array.from([22, 22, 22, ...bytes, 1, 1, 1, 1, 1, 1]), 3, bytes.length);
}

describe("a TCP segment", () => {
  it("begins TLS with a handshake or alert record", () => {
    expect(at(beginsTls, HELLO)).toBe(true);
    expect(at(beginsTls, ALERT)).toBe(true);
    expect(at(beginsTls, [23, 3, 3, 0, 1, 0])).toBe(false);
    expect(at(beginsTls, [22, 2, 3, 0, 1, 0])).toBe(false);
    for (let length = 0; length < 5; length++) expect(at(beginsTls, HELLO.slice(0, length))).toBe(false);
  });

  it("begins a ClientHello, also after a ChangeCipherSpec", () => {
    expect(at(beginsClientHello, HELLO)).toBe(true);
    expect(at(beginsClientHello, [...CHANGE_CIPHER, ...HELLO])).toBe(true);
    expect(at(beginsClientHello, [22, 3, 3, 0, 6, 2])).toBe(false);
    expect(at(beginsClientHello, [22, 9, 3, 0, 6, 1])).toBe(false);
    for (let length = 0; length < 6; length++) {
      expect(at(beginsClientHello, HELLO.slice(0, length))).toBe(false);
      expect(at(beginsClientHello, [...CHANGE_CIPHER, ...HELLO.slice(0, length)])).toBe(false);
    }
  });

  it("is read as a fatal alert only in plaintext", () => {
    expect(at(fatalAlert, ALERT)).toBe(48);
    expect(at(fatalAlert, [21, 3, 3, 0, 2, 1, 0])).toBe(-1);
    expect(at(fatalAlert, [21, 3, 3, 0, 26, 2, 48])).toBe(-1);
    expect(at(fatalAlert, [21, 7, 3, 0, 2, 2, 48])).toBe(-1);
    for (let length = 0; length < ALERT.length; length++)
      expect(at(fatalAlert, ALERT.slice(0, length))).toBe(-1);
  });
});

describe("TLS alerts", () => {
  it("have the names of the standard", () => {
    expect([40, 48, 112].map(alertName)).toEqual(["handshake_failure", "unknown_ca", "unrecognized_name"]);
    expect(alertName(200)).toBeNull();
  });
});
