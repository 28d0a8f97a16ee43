/**
 * The first line of HTTP and of protocols that adopted its syntax (RFC 9112, 2 to 4; RFC 2326, 6 and 7; RFC 3261, 7), and the
 * header fields after it.
 *
 *   METHOD target HTTP/1.1        HTTP/1.1 200 reason
 */

import type { Message } from "./flow-start.ts";
import { findHeaderEnd } from "./header-fields.ts";
import { available, byteAt } from "./message-reads.ts";
import { Kind } from "./signature.ts";
import {
  isDigit,
  isPrintable,
  lineEnd,
  Match,
  matchText,
  matchTexts,
  matchTextTable,
  type TextTable,
} from "./text-reads.ts";

/** Maximum number of bytes of a head that are examined: the first fields distinguish protocols. */
export const HEAD_LIMIT = 512;
/** Minimum length from which an incomplete line is accepted. */
const MIN_CUT_LINE = 40;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
/** Digits after `version`: "HTTP/1.1", "RTSP/1.0"; "SIP/2.0" is one character shorter. */
const MINOR_VERSION_LENGTH = 1;

export interface LineForm {
  /** Everything except the last digit: `HTTP/1.`. */
  readonly version: string;
  readonly methods: TextTable;
  /** Possible beginnings of a request target, for a line that is incomplete. */
  readonly targets: readonly string[];
}

/**
 * Whether the message begins with such a line, and from which side it is. MORE until the head ends or `HEAD_LIMIT` is
 * reached.
 */
export function classifyHead(message: Message, form: LineForm): Kind {
  const kind = classifyLine(message, form);
  if (kind !== Kind.ASKS && kind !== Kind.ANSWERS) return kind;
  if (message.isFull || available(message) >= HEAD_LIMIT) return kind;
  return findHeaderEnd(message, HEAD_LIMIT) < 0 ? Kind.MORE : kind;
}

function classifyLine(message: Message, form: LineForm): Kind {
  const response = matchText(message, 0, form.version);
  if (response === Match.YES) return classifyStatus(message, form.version.length);
  const method = matchTextTable(message, 0, form.methods);
  if (method === Match.YES) return classifyRequest(message, form);
  return (response === Match.PART || method === Match.PART) && !message.isFull ? Kind.MORE : Kind.NO;
}

function classifyStatus(message: Message, at: number): Kind {
  const end = at + MINOR_VERSION_LENGTH;
  for (let i = at; i < end + 4; i++) {
    const byte = byteAt(message, i);
    if (byte < 0) return message.isFull ? Kind.NO : Kind.MORE;
    if (i === end ? byte !== SPACE : !isDigit(byte)) return Kind.NO;
  }
  return Kind.ANSWERS;
}

function classifyRequest(message: Message, form: LineForm): Kind {
  const feed = lineEnd(message, 0, HEAD_LIMIT);
  if (feed >= 0) {
    const version = feed - 1 - MINOR_VERSION_LENGTH - form.version.length;
    return byteAt(message, feed - 1) === CARRIAGE_RETURN &&
      isDigit(byteAt(message, feed - 2)) &&
      byteAt(message, version - 1) === SPACE &&
      matchText(message, version, form.version) === Match.YES
      ? Kind.ASKS
      : Kind.NO;
  }
  const count = Math.min(available(message), HEAD_LIMIT);
  if (count < HEAD_LIMIT && !message.isFull) return Kind.MORE;
  if (count < MIN_CUT_LINE || !isPrintable(message, 0, count)) return Kind.NO;
  let target = 0;
  while (byteAt(message, target) !== SPACE) target++;
  return matchTexts(message, target + 1, form.targets) === Match.YES ? Kind.ASKS : Kind.NO;
}
