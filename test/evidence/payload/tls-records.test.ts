import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isServerHello,
  mayBeginClientHello,
  readTlsClientHello,
} from "../../../src/evidence/payload/tls-records.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { alpn, buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { RECORDED_HELLOS } from "../../support/real-hellos.ts";

const HELLO = buildClientHello(serverName("www.apple.com"), alpn("h2"));
const ANSWER = { isWhole: true, serverName: "www.apple.com", alpn: ["h2"], hasEncryptedHello: false };

function read(bytes: Uint8Array) {
  return readTlsClientHello(bytes, 0, bytes.length);
}

describe("TLS records", () => {
  it.each(RECORDED_HELLOS)("contain the hello of $tool", ({ records, tool: _, ...hello }) => {
    expect(read(records)).toEqual({ isWhole: true, ...hello });
  });

  it("can be split anywhere in the hello", () => {
    for (let length = 1; length < HELLO.length; length++) {
      expect(read(toRecords(HELLO, length)), `${length} bytes in the first`).toEqual(ANSWER);
    }
  });

  it("can contain one byte each", () => {
    expect(read(toRecords(HELLO, ...Array.from(HELLO, () => 1)))).toEqual(ANSWER);
  });

  it("give the same hello with any lengths, whatever follows", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: HELLO.length }), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.uint8Array({ maxLength: 20 }), (cuts, rest) => {
        expect(read(concatBytes(toRecords(HELLO, ...cuts), rest))).toEqual(ANSWER);
      }),
    );
  });

  it("are incomplete, but not refused, at any shorter length", () => {
    for (const records of [toRecords(HELLO), toRecords(HELLO, 1, 2, 40, 1)]) {
      for (let length = 1; length < records.length; length++) {
        expect(readTlsClientHello(records, 0, length)?.isWhole, `${length} bytes`).toBe(false);
      }
    }
  });

  it("give the server name before the hello is complete", () => {
    const records = toRecords(HELLO, 30);
    const end = Buffer.from(records).indexOf("www.apple.com") + "www.apple.com".length;
    expect(readTlsClientHello(records, 0, end)).toMatchObject({
      isWhole: false,
      serverName: "www.apple.com",
    });
    expect(readTlsClientHello(records, 0, end - 1)).toMatchObject({ isWhole: false, serverName: null });
  });

  it("end the hello at a record of another type", () => {
    const first = toRecords(HELLO.subarray(0, 90));
    const alert = [0x15, 3, 1, 0, 2, 2, 40];
    const hello = read(concatBytes(first, alert, toRecords(HELLO.subarray(90))));
    expect(hello?.isWhole).toBe(true);
    expect(hello?.alpn).toEqual([]);
  });

  it.each([
    ["application data", [0x17, 3, 3, 0, 20]],
    ["an alert", [0x15, 3, 1, 0, 2]],
    ["another major version", [0x16, 2, 0]],
    ["an undefined minor version", [0x16, 3, 5]],
    ["an empty record", [0x16, 3, 1, 0, 0]],
    ["a record that is too long", [0x16, 3, 1, 0x40, 1]],
    ["a ServerHello instead of a ClientHello", [0x16, 3, 3, 0, 80, 2]],
    ["a hello that is too long", [0x16, 3, 1, 0x40, 0, 1, 1, 0, 0]],
    ["an empty payload", []],
  ])("are rejected with %s", (_, start) => {
    expect(read(Uint8Array.from(start))).toBeNull();
  });

  it("are rejected as early as possible", () => {
    const records = toRecords(HELLO);
    for (let length = 1; length < 12; length++) expect(mayBeginClientHello(records, 0, length)).toBe(true);
    expect(mayBeginClientHello(records, 0, 0)).toBe(false);
    expect(isServerHello(records, 0, records.length)).toBe(false);
    expect(isServerHello(Uint8Array.from([0x16, 3, 3, 0, 80, 2]), 0, 6)).toBe(true);
    expect(isServerHello(Uint8Array.from([0x16, 3, 3, 0, 80, 2]), 0, 5)).toBe(false);
  });
});
