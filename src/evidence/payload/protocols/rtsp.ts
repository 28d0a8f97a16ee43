/**
 * RTSP (RFC 2326, 6 and 7), and the control connections of AirPlay and of its audio, RAOP, which are RTSP by their first
 * line: told by `Apple-Challenge`, `X-Apple-...`, `DACP-ID`, `Active-Remote`, `Client-Instance`, or an agent or server of that
 * name (openairplay, airplay-spec). Receivers of other makers speak both.
 */

import type { Message } from "./flow-start.ts";
import { findHeaderEnd, hasField } from "./header-fields.ts";
import { available } from "./message-reads.ts";
import type { Protocol } from "./protocol-names.ts";
import { initials, type Signature } from "./signature.ts";
import { classifyHead, HEAD_LIMIT, type LineForm } from "./start-line.ts";
import { Match, matchText } from "./text-reads.ts";

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
const FORM: LineForm = { version: "RTSP/1.", methods: METHODS, targets: ["rtsp://", "RTSP://"] };

const AIRPLAY_FIELDS = ["X-APPLE-"];
const RAOP_FIELDS = ["APPLE-CHALLENGE:", "APPLE-RESPONSE:", "DACP-ID:", "ACTIVE-REMOTE:", "CLIENT-INSTANCE:"];
const AIRPLAY_AGENTS = ["AIRPLAY/"];
const RAOP_AGENTS = ["ITUNES/", "AIRTUNES/"];
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
  if (hasField(message, limit, "USER-AGENT:", AIRPLAY_AGENTS)) return "airplay";
  for (const field of AIRPLAY_FIELDS) if (hasField(message, limit, field)) return "airplay";
  for (const field of RAOP_FIELDS) if (hasField(message, limit, field)) return "raop";
  if (hasField(message, limit, "USER-AGENT:", RAOP_AGENTS)) return "raop";
  return hasField(message, limit, "SERVER:", RAOP_AGENTS) ? "raop" : "rtsp";
}

export const rtsp: Signature = {
  protocols: ["rtsp", "airplay", "raop"],
  transports: ["tcp"],
  firstBytes: initials([...METHODS, FORM.version]),
  classify: (message) => classifyHead(message, FORM),
  protocolOf,
};
