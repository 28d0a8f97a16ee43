/**
 * DHCP (RFC 2131, 2; RFC 2132), by its cookie and the message type option. A vendor class that begins with `AAPLBSDPC` (RFC
 * 2132, 9.13; Apple, bsdp.h) identifies Apple's boot service, NetBoot.
 */

import type { ProductSign } from "../../../net/application-protocols.ts";
import type { Message } from "./flow-start.ts";
import { byteAt, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchText } from "./text-reads.ts";

const REQUEST = 1;
const REPLY = 2;
const MAX_HARDWARE_LENGTH = 16;
const COOKIE_AT = 236;
const COOKIE = 0x6382_5363;
const OPTIONS = 240;
const PAD = 0;
const END = 255;
const MESSAGE_TYPE = 53;
const VENDOR_CLASS = 60;
const APPLE_CLASS = "AAPLBSDPC";
const MAX_OPTIONS = 64;

function classify(message: Message): Kind {
  if (byteAt(message, 2) > MAX_HARDWARE_LENGTH || uint32At(message, COOKIE_AT) !== COOKIE) return Kind.NO;
  if (findOption(message, MESSAGE_TYPE) < 0) return Kind.NO;
  return byteAt(message, 0) === REQUEST ? Kind.ASKS : Kind.ANSWERS;
}

/** Offset of the value of an option, or -1. */
function findOption(message: Message, wanted: number): number {
  let at = OPTIONS;
  for (let i = 0; i < MAX_OPTIONS; i++) {
    const code = byteAt(message, at);
    if (code === wanted) return at + 2;
    if (code < 0 || code === END) return -1;
    if (code === PAD) {
      at++;
      continue;
    }
    const length = byteAt(message, at + 1);
    if (length < 0) return -1;
    at += 2 + length;
  }
  return -1;
}

function signOf(message: Message): ProductSign | null {
  const at = findOption(message, VENDOR_CLASS);
  return at >= 0 && matchText(message, at, APPLE_CLASS) === Match.YES ? "bsdp" : null;
}

export const dhcp: Signature = {
  protocols: ["dhcp"],
  transports: ["udp"],
  firstBytes: [REQUEST, REPLY],
  classify,
  signOf,
};
