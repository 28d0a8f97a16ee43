/** NetBIOS names in first-level encoding (RFC 1001, 14.1): a length byte, then 32 letters A to P. */

import type { Message } from "./flow-start.ts";
import { byteAt } from "./message-reads.ts";
import { Kind } from "./signature.ts";

const LENGTH = 32;
const FIRST = 0x41;
const LAST = 0x50;

/** Bytes of a name without a scope: the length, the letters, and the end. */
export const NETBIOS_NAME_LENGTH = LENGTH + 2;

/** Whether such a name without a scope is at `at`: EITHER, MORE or NO. */
export function classifyNetbiosName(message: Message, at: number): Kind {
  for (let i = 0; i < NETBIOS_NAME_LENGTH; i++) {
    const byte = byteAt(message, at + i);
    if (byte < 0) return message.isFull ? Kind.NO : Kind.MORE;
    const fits = i === 0 ? byte === LENGTH : i > LENGTH ? byte === 0 : byte >= FIRST && byte <= LAST;
    if (!fits) return Kind.NO;
  }
  return Kind.EITHER;
}
