/**
 * HTTP/1 (RFC 9112, 2 to 4; methods: IANA, WebDAV, CalDAV, UPnP, RPC over HTTP) and what is HTTP with a name of its own by
 * its header fields: DAAP (`Client-DAAP-Version`), IPP (RFC 8010, 3: `application/ipp`), WebSocket (RFC 6455, 4), AirPlay.
 * RTSP, SIP and ICY have another word in place of the version.
 */

import type { Message } from "./flow-start.ts";
import { findHeaderEnd, hasField } from "./header-fields.ts";
import { available } from "./message-reads.ts";
import type { Protocol } from "./protocol-names.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { classifyHead, HEAD_LIMIT, type LineForm } from "./start-line.ts";
import { Match, matchText } from "./text-reads.ts";

const METHODS =
  "GET POST HEAD PUT OPTIONS CONNECT DELETE PATCH TRACE PROPFIND PROPPATCH REPORT SEARCH MKCOL MKCALENDAR COPY MOVE LOCK UNLOCK ACL BIND REBIND UNBIND LINK UNLINK CHECKIN CHECKOUT UNCHECKOUT VERSION-CONTROL MKACTIVITY MKWORKSPACE MERGE LABEL UPDATE ORDERPATCH MKREDIRECTREF UPDATEREDIRECTREF BASELINE-CONTROL PURGE NOTIFY SUBSCRIBE UNSUBSCRIBE M-POST BMOVE POLL RPC_IN_DATA RPC_OUT_DATA RPC_CONNECT CCM_POST SOURCE"
    .split(" ")
    .map((method) => `${method} `);

const FORM: LineForm = { version: "HTTP/1.", methods: METHODS, targets: ["/", "http://", "HTTP://"] };
const UPGRADE = "UPGRADE:";
const WEBSOCKET = ["WEBSOCKET"];
const DAAP_FIELDS = ["CLIENT-DAAP-VERSION:", "DAAP-SERVER:", "DMAP-SERVER:"];
const DMAP_TYPE = ["APPLICATION/X-DMAP-TAGGED"];
const IPP_TYPE = ["APPLICATION/IPP"];
const AIRPLAY_AGENT = ["AIRPLAY/", "AIRTUNES/"];
const SWITCHING = "HTTP/1.1 101 ";

function classify(message: Message): Kind {
  const kind = classifyHead(message, FORM);
  // Whether it becomes a WebSocket is for the server to say.
  return kind === Kind.ASKS && hasField(message, headLimit(message), UPGRADE, WEBSOCKET)
    ? Kind.MAY_ASK
    : kind;
}

function headLimit(message: Message): number {
  const end = findHeaderEnd(message, HEAD_LIMIT);
  return end < 0 ? Math.min(available(message), HEAD_LIMIT) : end;
}

function protocolOf(message: Message): Protocol {
  const limit = headLimit(message);
  if (matchText(message, 0, SWITCHING) === Match.YES && hasField(message, limit, UPGRADE, WEBSOCKET)) {
    return "websocket";
  }
  if (hasField(message, limit, "CONTENT-TYPE:", IPP_TYPE)) return "ipp";
  for (const field of DAAP_FIELDS) if (hasField(message, limit, field)) return "daap";
  if (hasField(message, limit, "CONTENT-TYPE:", DMAP_TYPE)) return "daap";
  if (hasField(message, limit, "USER-AGENT:", AIRPLAY_AGENT)) return "airplay";
  return hasField(message, limit, "SERVER:", AIRPLAY_AGENT) ? "airplay" : "http";
}

export const http: Signature = {
  protocols: ["http", "websocket", "ipp", "daap", "airplay"],
  transports: ["tcp"],
  firstBytes: initials([...METHODS, FORM.version]),
  classify,
  protocolOf,
};
