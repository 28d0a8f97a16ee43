import { describe, expect, it } from "vitest";
import { measureClientHello, readClientHello } from "../../../src/evidence/payload/tls-client-hello.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import {
  alpn,
  buildClientHello,
  type Extension,
  encryptedHello,
  serverName,
} from "../../../src/testing/builders/client-hello.ts";
import { RECORDED_HELLOS } from "../../support/real-hellos.ts";

const RECORD_HEADER_LENGTH = 5;

function read(...extensions: readonly Extension[]) {
  const hello = buildClientHello(...extensions);
  return readClientHello(hello, 0, hello.length);
}

describe("a ClientHello", () => {
  it.each(RECORDED_HELLOS)("of $tool is parsed", ({ records, tool: _, ...hello }) => {
    expect(readClientHello(records, RECORD_HEADER_LENGTH, records.length)).toEqual({
      isWhole: true,
      ...hello,
    });
  });

  it("reports an encrypted ClientHello inside", () => {
    expect(read(encryptedHello(), serverName("cloudflare-ech.com"))).toEqual({
      isWhole: true,
      serverName: "cloudflare-ech.com",
      alpn: [],
      hasEncryptedHello: true,
    });
  });

  it("can come without extensions from old clients", () => {
    const hello = buildClientHello();
    const without = hello.slice(0, -2);
    without[3] -= 2;
    const nothing = { isWhole: true, serverName: null, alpn: [], hasEncryptedHello: false };
    expect(readClientHello(without, 0, without.length)).toEqual(nothing);
    expect(readClientHello(hello, 0, hello.length)).toEqual(nothing);
  });

  it("omits GREASE and unprintable protocols", () => {
    expect(read(alpn("\n\n", "h2", "YY", "ZZ", "**", "*\n", "h3"))?.alpn).toEqual(["h2", "YY", "*\n", "h3"]);
  });

  it("keeps 16 protocols of a long list", () => {
    const many = Array.from({ length: 3000 }, (_, i) => `p${i}`);
    expect(read(alpn(...many))?.alpn).toEqual(many.slice(0, 16));
  });

  it.each([
    ["in lower case and without its final dot", serverName("WWW.Apple.com."), "www.apple.com"],
    [
      "with a replacement character for an invalid byte",
      serverName(Uint8Array.from([0x61, 0xff, 0x0a, 0x62])),
      "a\ufffd\nb",
    ],
    ["as null if it is empty", serverName(""), null],
    ["as null if it is too long", serverName("x".repeat(256)), null],
    ["as null if it has another name type", serverName("www.apple.com", 7), null],
  ])("gives a host name %s", (_, extension, name) => {
    expect(read(extension)?.serverName).toBe(name);
  });

  it("gives the host name that follows a name of another type", () => {
    const other = serverName("zzz", 7).data.subarray(2);
    const host = serverName("www.apple.com").data.subarray(2);
    const data = concatBytes([0, other.length + host.length], other, host);
    expect(read({ type: 0, data })?.serverName).toBe("www.apple.com");
  });

  it("gives the first of two server name extensions; a second one is an error that a server refuses", () => {
    expect(read(serverName("www.apple.com"), serverName("other.example"))?.serverName).toBe("www.apple.com");
  });

  it("gives no name that extends beyond its extension", () => {
    const { data } = serverName("www.apple.com");
    const longer = data.slice();
    longer[4]++;
    expect(read({ type: 0, data: longer }, serverName("www.apple.com"))?.serverName).toBe("www.apple.com");
    expect(read({ type: 0, data: longer })?.serverName).toBeNull();
  });

  it("gives no entry with an incomplete header", () => {
    const { data } = serverName("www.apple.com");
    for (const length of [0, 1, 2, 3, 4]) {
      // The bytes after the extension would continue its entry.
      const next = { type: 0x000d, data: data.subarray(4) };
      expect(read({ type: 0, data: data.subarray(0, length) }, next)?.serverName, `${length}`).toBeNull();
    }
  });

  it("is rejected with another type or an impossible length", () => {
    const hello = buildClientHello();
    expect(readClientHello(Uint8Array.from([2, ...hello.subarray(1)]), 0, hello.length)).toBeNull();
    expect(measureClientHello(Uint8Array.from([1, 0, 0xff, 0xfc]), 0, 4)).toBe(65_536);
    expect(measureClientHello(Uint8Array.from([1, 0, 0xff, 0xfd]), 0, 4)).toBe(-1);
    expect(readClientHello(Uint8Array.from([1, 0, 0xff, 0xfd]), 0, 4)).toBeNull();
  });

  it("gives the complete fields of a hello cut at any length, and never reads beyond the cut", () => {
    const hello = buildClientHello(alpn("h2"), serverName("www.apple.com"), encryptedHello());
    const nameEnd = Buffer.from(hello).indexOf("www.apple.com") + "www.apple.com".length;
    const protocolEnd = Buffer.from(hello).indexOf("h2") + 2;
    for (let length = 0; length <= hello.length; length++) {
      expect(readClientHello(hello, 0, length), `${length} bytes`).toEqual({
        isWhole: length === hello.length,
        serverName: length >= nameEnd ? "www.apple.com" : null,
        alpn: length >= protocolEnd ? ["h2"] : [],
        hasEncryptedHello: length === hello.length,
      });
    }
  });
});
