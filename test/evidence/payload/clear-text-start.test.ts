import { describe, expect, it } from "vitest";
import { maySwitchToTls } from "../../../src/evidence/payload/clear-text-start.ts";

/** A StartTLS request (RFC 4511, 4.14.1): message 1, ExtendedRequest, its name. */
const LDAP_START_TLS = `0\x1d\x02\x01\x01\x77\x18\x80\x16${"1.3.6.1.4.1.1466.20037"}`;
/** With lengths as Active Directory's library encodes them. */
const LONG_LENGTHS = `0\x84\0\0\0\x1d\x02\x01\x01\x77\x84\0\0\0\x18\x80\x16${"1.3.6.1.4.1.1466.20037"}`;

function ask(text: string, hidden = 0) {
  const bytes = Buffer.from(text, "latin1");
  return maySwitchToTls(bytes, 0, bytes.length - hidden);
}

describe("a plaintext beginning", () => {
  it.each([
    "220 mail.example ESMTP\r\n",
    "220-two lines\r\n",
    "EHLO a.example\r\n",
    "* OK [CAPABILITY IMAP4rev1 STARTTLS]\r\n",
    "+OK POP3\r\n",
    "<?xml version='1.0'?><stream:stream to='a.example'>",
    "<stream:stream to='a.example'>",
    LDAP_START_TLS,
    LONG_LENGTHS,
    "\x05\x02\x00\x02",
  ])("of %j can switch to TLS", (text) => {
    expect(ask(text)).toBe(true);
  });

  it.each([
    "SSH-2.0-x\r\n",
    "421 busy\r\n",
    "* NO\r\n",
    "0\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00",
    `0${"\0".repeat(20)}\x771.3.6.1.4.1.1466.20037`,
    "\x05\x02\x00",
    "\x05\x00",
    "\x05",
    "2",
    "<html>",
  ])("of %j cannot switch to TLS", (text) => {
    expect(ask(text)).toBe(false);
  });

  it("is not read beyond the end of the payload", () => {
    expect(ask(LDAP_START_TLS, 1)).toBe(false);
    expect(ask("+OK", 1)).toBe(false);
  });
});
