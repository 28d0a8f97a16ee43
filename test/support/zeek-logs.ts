/**
 * Zeek logs, generated from Suricata's output for the same traffic, because Debian has no Zeek package. Their format follows
 * the documentation of Zeek 8 (docs.zeek.org, "Zeek Log Formats" and "Logs"), with all fields of a default installation.
 */

/** An EVE event with the fields that tests use. */
export interface EveEvent {
  readonly event_type: string;
  readonly timestamp: string;
  readonly flow_id: number;
  readonly src_ip: string;
  readonly src_port?: number;
  readonly dest_ip: string;
  readonly dest_port?: number;
  readonly proto: string;
  readonly app_proto?: string;
  readonly flow?: {
    readonly pkts_toserver: number;
    readonly pkts_toclient: number;
    readonly bytes_toserver: number;
    readonly bytes_toclient: number;
    readonly start: string;
    readonly end: string;
  };
  readonly tcp?: { readonly tcp_flags_ts: string; readonly tcp_flags_tc: string };
  readonly tls?: { readonly sni?: string };
  readonly quic?: { readonly sni?: string; readonly version: string };
  readonly http?: {
    readonly hostname?: string;
    readonly http_user_agent?: string;
    readonly http_method: string;
  };
  readonly dns?: {
    readonly type: string;
    readonly id: number;
    readonly rrname?: string;
    readonly rrtype?: string;
    readonly rcode?: string;
    readonly answers?: readonly { readonly rrtype: string; readonly ttl: number; readonly rdata?: string }[];
  };
}

type Value = string | number | boolean | readonly (string | number)[];
/** A row by field; missing fields are unset. */
export type ZeekRow = Readonly<Record<string, Value>>;
export type ZeekLogs = Readonly<Record<"conn" | "ssl" | "quic" | "http" | "dns", readonly ZeekRow[]>>;

const ID = "ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port";
const FIELDS: Readonly<Record<keyof ZeekLogs, string>> = {
  conn: `${ID} proto:enum service:string duration:interval orig_bytes:count resp_bytes:count conn_state:string local_orig:bool local_resp:bool missed_bytes:count history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count tunnel_parents:set[string] ip_proto:count`,
  ssl: `${ID} version:string cipher:string curve:string server_name:string resumed:bool last_alert:string next_protocol:string established:bool ssl_history:string cert_chain_fps:vector[string] client_cert_chain_fps:vector[string] sni_matches_cert:bool`,
  quic: `${ID} version:string client_initial_dcid:string client_scid:string server_scid:string server_name:string client_protocol:string history:string`,
  http: `${ID} trans_depth:count method:string host:string uri:string referrer:string version:string user_agent:string origin:string request_body_len:count response_body_len:count status_code:count status_msg:string tags:set[enum]`,
  dns: `${ID} proto:enum trans_id:count rtt:interval query:string qclass:count qclass_name:string qtype:count qtype_name:string rcode:count rcode_name:string AA:bool TC:bool RD:bool RA:bool Z:count answers:vector[string] TTLs:vector[interval] rejected:bool`,
};
const TYPES: Readonly<Record<string, number>> = { A: 1, AAAA: 28, HTTPS: 65 };
const CODES: Readonly<Record<string, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };
const FRAME_HEADER = 14;

/** The rows that Zeek would write for these events. */
export function zeekRows(events: readonly EveEvent[]): ZeekLogs {
  const of = (type: string) => events.filter(({ event_type }) => event_type === type);
  return {
    conn: of("flow").flatMap(connection),
    ssl: of("tls").map((event) => ({
      ...idOf(event),
      version: "TLSv13",
      ...(event.tls?.sni !== undefined && { server_name: event.tls.sni }),
      established: true,
      resumed: false,
    })),
    quic: of("quic")
      .filter(({ quic }) => quic?.sni !== undefined)
      .map((event) => ({
        ...idOf(event),
        version: "1",
        client_initial_dcid: "95412c47018cdfe8",
        server_name: event.quic?.sni ?? "",
        history: "ISishIHhH",
      })),
    http: of("http").map((event) => ({
      ...idOf(event),
      trans_depth: 1,
      method: event.http?.http_method ?? "",
      ...(event.http?.hostname !== undefined && { host: event.http.hostname }),
      ...(event.http?.http_user_agent !== undefined && { user_agent: event.http.http_user_agent }),
      tags: [],
    })),
    dns: of("dns").flatMap(response),
  };
}

function connection(event: EveEvent): ZeekRow[] {
  const { flow, tcp, proto, app_proto: service } = event;
  if (flow === undefined) return [];
  const history =
    tcp === undefined ? "Dd" : historyOf(tcp.tcp_flags_ts, "SAFR") + historyOf(tcp.tcp_flags_tc, "hafr");
  return [
    {
      ...idOf(event),
      ts: secondsOf(flow.start),
      proto: proto.startsWith("ICMP") || proto.startsWith("IPv6") ? "icmp" : proto.toLowerCase(),
      ...(service !== undefined && service !== "failed" && { service: service === "tls" ? "ssl" : service }),
      duration: Math.round((secondsOf(flow.end) - secondsOf(flow.start)) * 1e6) / 1e6,
      conn_state: "SF",
      missed_bytes: 0,
      history,
      orig_pkts: flow.pkts_toserver,
      orig_ip_bytes: flow.bytes_toserver - FRAME_HEADER * flow.pkts_toserver,
      resp_pkts: flow.pkts_toclient,
      resp_ip_bytes: flow.bytes_toclient - FRAME_HEADER * flow.pkts_toclient,
      tunnel_parents: [],
    },
  ];
}

/** `letters`: those of a SYN, of ACK, FIN and RST. */
function historyOf(flags: string, letters: string): string {
  const bits = Number.parseInt(flags, 16);
  return [0x02, 0x10, 0x01, 0x04].map((bit, i) => ((bits & bit) === 0 ? "" : letters[i])).join("");
}

function response(event: EveEvent): ZeekRow[] {
  const { dns } = event;
  if (dns?.type !== "answer") return [];
  const answers = (dns.answers ?? []).filter(({ rdata }) => rdata !== undefined);
  return [
    {
      ...idOf(event),
      proto: "udp",
      trans_id: dns.id,
      query: dns.rrname ?? "",
      qclass: 1,
      qtype: TYPES[dns.rrtype ?? ""] ?? 0,
      rcode: CODES[dns.rcode ?? ""] ?? 15,
      ...(answers.length > 0 && {
        answers: answers.map(({ rdata }) => rdata ?? ""),
        TTLs: answers.map(({ ttl }) => ttl),
      }),
      rejected: false,
    },
  ];
}

/** For events with the ends of a response, the server is the second end nevertheless, as in Zeek. */
function idOf({ timestamp, flow_id, src_ip, src_port = 0, dest_ip, dest_port = 0 }: EveEvent) {
  return {
    ts: secondsOf(timestamp),
    uid: `C${flow_id.toString(36)}`,
    "id.orig_h": src_ip,
    "id.orig_p": src_port,
    "id.resp_h": dest_ip,
    "id.resp_p": dest_port,
  };
}

function secondsOf(timestamp: string): number {
  const [, digits] = /\.(\d{6})/.exec(timestamp) ?? ["", "0"];
  return Math.floor(Date.parse(timestamp) / 1000) + Number(digits) / 1e6;
}

/** A log in Zeek's default format. */
export function zeekTsv(log: keyof ZeekLogs, rows: readonly ZeekRow[]): string {
  const fields = FIELDS[log].split(" ").map((field) => field.split(":"));
  const head = [
    "#separator \\x09",
    "#set_separator\t,",
    "#empty_field\t(empty)",
    "#unset_field\t-",
    `#path\t${log}`,
    "#open\t2026-11-23-07-36-20",
    `#fields\t${fields.map(([name]) => name).join("\t")}`,
    `#types\t${fields.map(([, type]) => type).join("\t")}`,
  ];
  const text = (value: Value | undefined, type: string): string => {
    if (value === undefined) return "-";
    if (typeof value === "boolean") return value ? "T" : "F";
    if (typeof value === "string") return value;
    if (typeof value === "number")
      return type === "time" || type === "interval" ? value.toFixed(6) : String(value);
    return value.length === 0
      ? "(empty)"
      : value.map((one) => text(one, type.replace(/.*\[|\]/g, ""))).join(",");
  };
  const lines = rows.map((row) => fields.map(([name, type]) => text(row[name], type)).join("\t"));
  return `${[...head, ...lines, "#close\t2026-11-23-07-36-30"].join("\n")}\n`;
}

/** The same with `LogAscii::use_json=T`: unset fields are omitted. */
export function zeekJson(rows: readonly ZeekRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
