/**
 * HTTP/1 (RFC 9112, 2 to 4; methods: IANA, WebDAV, CalDAV, UPnP, RPC over HTTP), and protocols on top of it that are
 * identified by header fields: DAAP (`Client-DAAP-Version`), IPP (RFC 8010, 3: `application/ipp`), WebSocket (RFC 6455, 4),
 * AirPlay. RTSP, SIP and ICY have another word in place of the version.
 */

import type { Protocol } from "../../../net/application-protocols.ts";
import type { Message } from "./flow-start.ts";
import { ANY_VALUE, type FieldRule, findField, findHeaderEnd } from "./header-fields.ts";
import { available } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { classifyHead, HEAD_LIMIT, type LineForm } from "./start-line.ts";
import { Match, matchText, textTable } from "./text-reads.ts";

const METHODS =
  "GET POST HEAD PUT OPTIONS CONNECT DELETE PATCH TRACE PROPFIND PROPPATCH REPORT SEARCH MKCOL MKCALENDAR COPY MOVE LOCK UNLOCK ACL BIND REBIND UNBIND LINK UNLINK CHECKIN CHECKOUT UNCHECKOUT VERSION-CONTROL MKACTIVITY MKWORKSPACE MERGE LABEL UPDATE ORDERPATCH MKREDIRECTREF UPDATEREDIRECTREF BASELINE-CONTROL PURGE NOTIFY SUBSCRIBE UNSUBSCRIBE M-POST BMOVE POLL RPC_IN_DATA RPC_OUT_DATA RPC_CONNECT CCM_POST SOURCE"
    .split(" ")
    .map((method) => `${method} `);

const FORM: LineForm = {
  version: "HTTP/1.",
  methods: textTable(METHODS),
  targets: ["/", "http://", "HTTP://"],
};
const UPGRADE: readonly FieldRule<Protocol>[] = [
  { name: "UPGRADE:", values: ["WEBSOCKET"], result: "websocket" },
];
const FIELDS: readonly FieldRule<Protocol>[] = [
  { name: "CONTENT-TYPE:", values: ["APPLICATION/IPP"], result: "ipp" },
  { name: "CLIENT-DAAP-VERSION:", values: ANY_VALUE, result: "daap" },
  { name: "DAAP-SERVER:", values: ANY_VALUE, result: "daap" },
  { name: "DMAP-SERVER:", values: ANY_VALUE, result: "daap" },
  { name: "CONTENT-TYPE:", values: ["APPLICATION/X-DMAP-TAGGED"], result: "daap" },
  { name: "USER-AGENT:", values: ["AIRPLAY/"], result: "airplay" },
  { name: "SERVER:", values: ["AIRTUNES/"], result: "airplay" },
];
const GET = "GET ";
const SWITCHING = "HTTP/1.1 101 ";

function classify(message: Message): Kind {
  const kind = classifyHead(message, FORM);
  if (kind !== Kind.ASKS || matchText(message, 0, GET) !== Match.YES) return kind;
  // The server decides whether it becomes a WebSocket.
  return findField(message, headLimit(message), UPGRADE) === null ? kind : Kind.MAY_ASK;
}

function headLimit(message: Message): number {
  const end = findHeaderEnd(message, HEAD_LIMIT);
  return end < 0 ? Math.min(available(message), HEAD_LIMIT) : end;
}

function protocolOf(message: Message): Protocol {
  const limit = headLimit(message);
  const isSwitching = matchText(message, 0, SWITCHING) === Match.YES;
  return (
    (isSwitching ? findField(message, limit, UPGRADE) : null) ?? findField(message, limit, FIELDS) ?? "http"
  );
}

export const http: Signature = {
  protocols: ["http", "websocket", "ipp", "daap", "airplay"],
  transports: ["tcp"],
  firstBytes: initials([...METHODS, FORM.version]),
  classify,
  protocolOf,
};
