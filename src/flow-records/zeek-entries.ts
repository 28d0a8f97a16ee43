/**
 * Zeek's logs of connections and names: conn, ssl, quic, http and dns, by the documentation of Zeek 8 (docs.zeek.org,
 * "Logs"; the fields exist since Zeek 2). Rows of both formats, TSV and JSON, are handled here.
 *
 * `conn` has a line for each connection when it ends; the other logs refer to it by its `uid` before that.
 */
import { DnsType } from "../evidence/payload/dns-message.ts";
import { normalizeHostName } from "../evidence/payload/name-text.ts";
import type { RecordedEnd } from "../flows/flow-record.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from "../net/tcp-flags.ts";
import { connectionEntry } from "./connection-entry.ts";
import { helloNames, requestNames } from "./hello-names.ts";
import type { LogEntry } from "./log-entry.ts";
import { ZEEK_LOGS, type ZeekLog, zeekLogNamed } from "./log-format.ts";
import { ipProtocolOf } from "./log-protocols.ts";
import { addressOf, type LogRow } from "./log-row.ts";
import { addressRecord, responseEntry } from "./response-entry.ts";

/** Fields that only that log has: a JSON line does not name its log. */
const SIGNS: Readonly<Record<ZeekLog, readonly string[]>> = {
  conn: ["conn_state", "orig_ip_bytes"],
  quic: ["client_initial_dcid", "client_scid", "server_scid"],
  http: ["trans_depth"],
  dns: ["trans_id", "qtype", "rcode"],
  ssl: ["established", "cipher", "ssl_history"],
};

/** TCP flags by letter of `history` ("conn.log", history): upper case is the originator's. */
const HISTORY: Readonly<Record<string, number>> = {
  S: TCP_SYN,
  H: TCP_SYN | TCP_ACK,
  A: TCP_ACK,
  D: TCP_ACK | TCP_PSH,
  F: TCP_FIN | TCP_ACK,
  R: TCP_RST,
};

/** Returns the log that a row belongs to, by its fields; null if it is not a supported one. */
export function zeekLogOf(row: LogRow): ZeekLog | null {
  const path = row.text("_path");
  if (path !== null) return zeekLogNamed(path);
  return ZEEK_LOGS.find((log) => SIGNS[log].some((sign) => row.has(sign))) ?? null;
}

/** Returns the entry of a row; null for none. Problems are recorded in the row. */
export function zeekEntry(log: ZeekLog, row: LogRow): LogEntry | null {
  if (log === "conn") return connection(row);
  if (log === "dns") return response(row);
  const time = row.moment("ts");
  const id = row.id("uid");
  const names = namesOf(log, row);
  return names === null || id === null ? null : { kind: "names", time, id, names };
}

function namesOf(log: "ssl" | "quic" | "http", row: LogRow) {
  if (log === "http") return requestNames(row.text("host"), row.text("user_agent"), row.text("method"));
  // Of the protocols that a client offers, the log has only the selected one.
  const protocol = row.text(log === "ssl" ? "next_protocol" : "client_protocol");
  return helloNames(
    log === "ssl" ? "tls" : "quic",
    row.text("server_name"),
    protocol === null ? [] : [protocol],
  );
}

function connection(row: LogRow): LogEntry | null {
  const start = row.moment("ts");
  const end = row.momentAfter(start, "duration");
  const originator = endOf(row, "orig");
  const responder = endOf(row, "resp");
  const packets = originator.packets + responder.packets;
  const bytes = originator.bytes + responder.bytes;
  const ipProtocol = ipProtocolOf(row.text("proto") ?? "");
  if (ipProtocol === null) {
    row.fail(`proto is not an IP protocol`);
    return null;
  }
  if (packets === 0) return null;
  if (ipProtocol !== IpProtocol.TCP && ipProtocol !== IpProtocol.UDP) {
    return { kind: "portless", time: end, ipProtocol, packets, bytes, start, end };
  }
  const isUdp = ipProtocol === IpProtocol.UDP;
  const services = row.texts("service");
  const names = services.length > 0 ? services : (row.text("service") ?? "").split(",");
  return connectionEntry({
    id: row.id("uid"),
    services: names,
    isUdp,
    originator,
    responder,
    start,
    end,
  });
}

function endOf(row: LogRow, end: "orig" | "resp"): RecordedEnd {
  const address = row.address(`id.${end}_h`);
  const port = row.port(`id.${end}_p`);
  const packets = row.count(`${end}_pkts`);
  // If Zeek is configured not to count packets, it has only payload bytes.
  const payload = row.count(`${end}_bytes`);
  const bytes = row.has(`${end}_ip_bytes`) ? row.count(`${end}_ip_bytes`) : payload;
  const isCounted = row.has(`${end}_pkts`);
  return {
    address,
    port,
    packets: isCounted || payload === 0 ? packets : 1,
    bytes,
    tcpFlags: flagsOf(row, end),
  };
}

function flagsOf(row: LogRow, end: "orig" | "resp"): number {
  let flags = 0;
  for (const letter of row.text("history") ?? "") {
    const upper = letter.toUpperCase();
    if ((letter === upper) === (end === "orig") && Object.hasOwn(HISTORY, upper)) flags |= HISTORY[upper];
  }
  return flags;
}

/** Returns a query with its response, if one came. The log does not show which aliases lead to the addresses. */
function response(row: LogRow): LogEntry | null {
  const time = row.moment("ts");
  const client = row.address("id.orig_h");
  const clientPort = row.port("id.orig_p");
  const server = row.address("id.resp_h");
  const serverPort = row.port("id.resp_p");
  const name = normalizeHostName(row.text("query") ?? "");
  if (name === null || !row.has("rcode")) return null;
  const ttls = row.texts("TTLs").map(Number);
  const type = row.has("qtype") ? row.count("qtype") : DnsType.A;
  const answers = row.texts("answers").map(addressOf);
  const records = answers.flatMap((address, i) =>
    address === null ? [] : addressRecord(name, address, Math.trunc(ttls[i]) || 0),
  );
  const responseCode = row.count("rcode");
  return responseEntry({ client, clientPort, server, serverPort, time, name, type, responseCode, records });
}
