/**
 * Suricata's EVE JSON: one event per line (docs.suricata.io, "EVE JSON Format"; versions 6 to 8). `flow` is written
 * when a flow ends; `tls`, `quic`, `http` and `dns` before that, with the same `flow_id`. Other events are ignored.
 */
import { type DnsRecord, DnsType } from "../evidence/payload/dns-message.ts";
import { normalizeHostName } from "../evidence/payload/name-text.ts";
import type { RecordedEnd } from "../flows/flow-record.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import { connectionEntry } from "./connection-entry.ts";
import { helloNames, requestNames } from "./hello-names.ts";
import { fieldOf } from "./json-objects.ts";
import type { LogEntry } from "./log-entry.ts";
import { ipProtocolOf } from "./log-protocols.ts";
import { addressOf, LogRow } from "./log-row.ts";
import { addressRecord, aliasRecord, responseEntry, ttlOf } from "./response-entry.ts";

const DNS_PORT = 53;
const RESPONSE_CODES: Readonly<Record<string, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  REFUSED: 5,
};
const NO_RESPONSE_CODE = 15;
/** Maximum answers that are read. */
const MOST_ANSWERS = 64;
const TYPES: Readonly<Record<string, number>> = { A: DnsType.A, AAAA: DnsType.AAAA, HTTPS: DnsType.HTTPS };

/** Returns the entry of an event; null for none. Problems are recorded in the row, which is of the same event. */
export function suricataEntry(event: unknown, row: LogRow): LogEntry | null {
  const type = row.text("event_type");
  if (type === "flow") return flow(event, row);
  if (type === "dns") return response(event, row);
  if (type !== "tls" && type !== "quic" && type !== "http") return null;
  const time = row.moment("timestamp");
  const id = row.id("flow_id");
  const names = namesOf(type, rowIn(event, type));
  return names === null || id === null ? null : { kind: "names", time, id, names };
}

function rowIn(event: unknown, name: string): LogRow {
  const object = fieldOf(event, name);
  return new LogRow((field) => fieldOf(object, field));
}

function namesOf(type: "tls" | "quic" | "http", said: LogRow) {
  if (type === "http")
    return requestNames(said.text("hostname"), said.text("http_user_agent"), said.text("http_method"));
  // Only the alternative names list all names a certificate is valid for.
  const certificate = said.texts("subjectaltname");
  return helloNames(type, said.text("sni"), said.texts("client_alpns"), certificate);
}

function flow(event: unknown, row: LogRow): LogEntry | null {
  const counted = rowIn(event, "flow");
  const tcp = rowIn(event, "tcp");
  const start = counted.moment("start");
  const end = counted.has("end") ? counted.moment("end") : start;
  const ipProtocol = ipProtocolOf(row.text("proto") ?? "");
  const sent = [counted.count("pkts_toserver"), counted.count("pkts_toclient")];
  const bytes = [counted.count("bytes_toserver"), counted.count("bytes_toclient")];
  if (counted.problem !== null) row.fail(`flow ${counted.problem}`);
  if (ipProtocol === null) row.fail("proto is not an IP protocol");
  const packets = sent[0] + sent[1];
  if (ipProtocol === null || packets === 0) return null;
  if (ipProtocol !== IpProtocol.TCP && ipProtocol !== IpProtocol.UDP) {
    return { kind: "portless", time: end, ipProtocol, packets, bytes: bytes[0] + bytes[1], start, end };
  }
  const endOf = (side: "src" | "dest", index: number, flags: string): RecordedEnd => ({
    address: row.address(`${side}_ip`),
    port: row.port(`${side}_port`),
    packets: sent[index],
    bytes: bytes[index],
    tcpFlags: Number.parseInt(tcp.text(flags) ?? "0", 16) & 0xff,
  });
  const originator = endOf("src", 0, "tcp_flags_ts");
  const responder = endOf("dest", 1, "tcp_flags_tc");
  const isUdp = ipProtocol === IpProtocol.UDP;
  return connectionEntry({
    id: row.id("flow_id"),
    services: [row.text("app_proto") ?? ""],
    isUdp,
    originator,
    responder,
    start,
    end,
  });
}

/** An event has the ends of the query or those of the response; the port shows which one answers. */
function response(event: unknown, row: LogRow): LogEntry | null {
  const dns = rowIn(event, "dns");
  const kind = dns.text("type");
  if (kind !== "answer" && kind !== "response") return null;
  const isSent = row.port("src_port") === DNS_PORT && row.port("dest_port") !== DNS_PORT;
  const [client, server] = isSent ? (["dest", "src"] as const) : (["src", "dest"] as const);
  const asked = questionOf(event, dns);
  const name = asked.text("rrname");
  if (name === null) return null;
  const answers = fieldOf(fieldOf(event, "dns"), "answers");
  const records = (Array.isArray(answers) ? answers.slice(0, MOST_ANSWERS) : []).flatMap(recordOf);
  const type = asked.text("rrtype") ?? "";
  const code = dns.text("rcode") ?? "";
  return responseEntry({
    client: row.address(`${client}_ip`),
    clientPort: row.port(`${client}_port`),
    server: row.address(`${server}_ip`),
    serverPort: row.port(`${server}_port`),
    time: row.moment("timestamp"),
    name,
    type: Object.hasOwn(TYPES, type) ? TYPES[type] : 0,
    responseCode: Object.hasOwn(RESPONSE_CODES, code) ? RESPONSE_CODES[code] : NO_RESPONSE_CODE,
    records,
  });
}

/** Version 3 of these events (Suricata 8) has a list of questions. */
function questionOf(event: unknown, dns: LogRow): LogRow {
  if (dns.has("rrname")) return dns;
  const queries = fieldOf(fieldOf(event, "dns"), "queries");
  const first: unknown = Array.isArray(queries) ? queries[0] : null;
  return new LogRow((field) => fieldOf(first, field));
}

function recordOf(answer: unknown): readonly DnsRecord[] {
  const row = new LogRow((field) => fieldOf(answer, field));
  const name = normalizeHostName(row.text("rrname") ?? "");
  const data = row.text("rdata") ?? "";
  if (name === null) return [];
  const ttl = ttlOf(row, "ttl");
  const type = row.text("rrtype");
  if (type === "CNAME") {
    const target = normalizeHostName(data);
    return target === null ? [] : [aliasRecord(name, target, ttl)];
  }
  const address = type === "A" || type === "AAAA" ? addressOf(data) : null;
  return address === null ? [] : [addressRecord(name, address, ttl)];
}
