import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmac, hmacKey, MAX_MESSAGE_LENGTH } from "../../../src/evidence/payload/short-hmac.ts";

describe("the HMAC of a short message", () => {
  it("matches RFC 4231, 4.2 and 4.3", () => {
    const codeOf = (key: Uint8Array, text: string) =>
      Buffer.from(hmac(hmacKey(key), Buffer.from(text))).toString("hex");
    expect(codeOf(Buffer.alloc(20, 0x0b), "Hi There")).toBe(
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    expect(codeOf(Buffer.from("Jefe"), "what do ya want for nothing?")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("matches OpenSSL, for keys and messages of any length up to a block", () => {
    const keys = fc.uint8Array({ maxLength: 64 });
    const messages = fc.uint8Array({ maxLength: MAX_MESSAGE_LENGTH });
    fc.assert(
      fc.property(keys, messages, (key, message) => {
        const wanted = createHmac("sha256", key).update(message).digest("hex");
        expect(Buffer.from(hmac(hmacKey(key), message)).toString("hex")).toBe(wanted);
      }),
    );
  });

  it("is the same when the key is used again", () => {
    const key = hmacKey(Buffer.from("a key"));
    const first = hmac(key, Buffer.from("one"));
    hmac(key, Buffer.from("another one"));
    expect(hmac(key, Buffer.from("one"))).toEqual(first);
  });
});
