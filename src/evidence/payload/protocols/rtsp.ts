/**
 * RTSP (RFC 2326, 6 and 7), and the control connections of AirPlay and its audio, RAOP, which have the first line of RTSP:
 * identified by `Apple-Challenge`, `X-Apple-...`, `DACP-ID`, `Active-Remote`, `Client-Instance`, or a user agent or server of
 * that name (openairplay, airplay-spec). Third-party receivers also use both.
 */

import type { Protocol } from "../../../net/application-protocols.ts";
import type { Message } from "./flow-start.ts";
import { ANY_VALUE, type FieldRule, findField, findHeaderEnd } from "./header-fields.ts";
import { available } from "./message-reads.ts";
import { initials, type Signature } from "./signature.ts";
import { classifyHead, HEAD_LIMIT, type LineForm } from "./start-line.ts";
import { Match, matchText, textTable } from "./text-reads.ts";

const METHODS = [
  "OPTIONS ",
  "DESCRIBE ",
  "ANNOUNCE ",
  "SETUP ",
  "SETPEERS ",
  "SETPEERSX ",
  "SETRATEANCHORTIME ",
  "PLAY ",
  "PAUSE ",
  "TEARDOWN ",
  "GET_PARAMETER ",
  "SET_PARAMETER ",
  "REDIRECT ",
  "RECORD ",
  "FLUSH ",
  "FLUSHBUFFERED ",
  "GET ",
  "POST ",
];
const FORM: LineForm = { version: "RTSP/1.", methods: textTable(METHODS), targets: ["rtsp://", "RTSP://"] };

const FIELDS: readonly FieldRule<Protocol>[] = [
  { name: "USER-AGENT:", values: ["AIRPLAY/"], result: "airplay" },
  { name: "X-APPLE-", values: ANY_VALUE, result: "airplay" },
  { name: "APPLE-CHALLENGE:", values: ANY_VALUE, result: "raop" },
  { name: "APPLE-RESPONSE:", values: ANY_VALUE, result: "raop" },
  { name: "DACP-ID:", values: ANY_VALUE, result: "raop" },
  { name: "ACTIVE-REMOTE:", values: ANY_VALUE, result: "raop" },
  { name: "CLIENT-INSTANCE:", values: ANY_VALUE, result: "raop" },
  { name: "USER-AGENT:", values: ["ITUNES/", "AIRTUNES/"], result: "raop" },
  { name: "SERVER:", values: ["AIRTUNES/"], result: "raop" },
];
const AIRPLAY_REQUESTS = [
  "GET /info ",
  "POST /pair-",
  "POST /fp-setup",
  "POST /feedback",
  "POST /command",
  "POST /auth-setup",
];

function protocolOf(message: Message): Protocol {
  const end = findHeaderEnd(message, HEAD_LIMIT);
  const limit = end < 0 ? Math.min(available(message), HEAD_LIMIT) : end;
  for (const text of AIRPLAY_REQUESTS) if (matchText(message, 0, text) === Match.YES) return "airplay";
  return findField(message, limit, FIELDS) ?? "rtsp";
}

export const rtsp: Signature = {
  protocols: ["rtsp", "airplay", "raop"],
  transports: ["tcp"],
  firstBytes: initials([...METHODS, FORM.version]),
  classify: (message) => classifyHead(message, FORM),
  protocolOf,
};
