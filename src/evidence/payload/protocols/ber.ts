/** BER headers (ITU-T X.690, 8.1): a tag, then a length in one byte, or in as many as the first one says. */

import type { Message } from "./flow-start.ts";
import { byteAt } from "./message-reads.ts";

const LONG_FORM = 0x80;
const MAX_LENGTH_BYTES = 4;

/** Length of the value after the tag at `at`; -1 if it is missing or invalid. */
export function berLength(message: Message, at: number): number {
  const first = byteAt(message, at + 1);
  if (first < LONG_FORM) return first;
  const count = first - LONG_FORM;
  if (count === 0 || count > MAX_LENGTH_BYTES) return -1;
  let length = 0;
  for (let i = 0; i < count; i++) {
    const byte = byteAt(message, at + 2 + i);
    if (byte < 0) return -1;
    length = length * 256 + byte;
  }
  return length;
}

/** Offset of the value of the element at `at`, whose length must be present. */
export function berValue(message: Message, at: number): number {
  const first = byteAt(message, at + 1);
  return at + 2 + (first < LONG_FORM ? 0 : first - LONG_FORM);
}
