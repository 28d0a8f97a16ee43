/** Flow logs, from their lines to a session's counts: the capture's totals equal those of their records. */
import { Session } from "../../../src/engine/session.ts";
import type { LogEntry, LogFormat } from "../../../src/flow-records/log-entry.ts";
import { LogParser } from "../../../src/flow-records/log-parser.ts";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { textTargets } from "../fuzz-target.ts";

const services = loadServiceTable();
const knowledge = { services, rules: loadEvidenceRules(services) };
/** A low limit, which causes evictions. */
const MAX_FLOWS = 8;

const ID = "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p";
const ZEEK = [
  `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\t${ID}\tproto\tservice\tduration\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n1764576000.25\tC1\t192.0.2.7\t50123\t17.248.190.5\t443\ttcp\tssl\t1.5\tShADadFf\t12\t1800\t10\t9000\n1764576001.5\tC2\t2001:db8::7\t1\t2001:db8::8\t53\tudp\tdns\t-\tDd\t1\t80\t1\t200\n`,
  `#separator \\x09\n#path\tdns\n#fields\t${ID}\tquery\tqtype\trcode\tanswers\tTTLs\n#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tcount\tcount\tvector[string]\tvector[interval]\n1.5\tC2\t192.0.2.7\t5\t192.0.2.1\t53\tmesu.apple.com\t1\t0\ta.example,17.1.2.3\t60.0,30.0\n`,
  '{"ts":1764576000.25,"uid":"C1","id.orig_h":"192.0.2.7","id.orig_p":50123,"id.resp_h":"17.248.190.5","id.resp_p":443,"server_name":"gateway.icloud.com","next_protocol":"h2","established":true}\n{"_path":"http","ts":"2026-01-31T09:00:00.5Z","uid":"C3","trans_depth":1,"host":"captive.apple.com:80","method":"GET","user_agent":"a/1 CFNetwork/1 Darwin/1"}\n{"_path":"quic","ts":1,"uid":"C4","server_name":"a.example","client_protocol":"h3"}\n',
];
const ENDS = '"src_ip":"192.0.2.7","src_port":50123,"dest_ip":"17.248.190.5","dest_port":443';
const SURICATA = [
  `{"timestamp":"2026-01-31T09:00:00.000001+0000","flow_id":7,"event_type":"tls",${ENDS},"proto":"TCP","tls":{"sni":"gateway.icloud.com","subjectaltname":["a.example"]}}\n{"timestamp":"2026-01-31T09:00:01.000001+0000","flow_id":7,"event_type":"flow",${ENDS},"proto":"TCP","app_proto":"tls","flow":{"pkts_toserver":12,"pkts_toclient":10,"bytes_toserver":3655,"bytes_toclient":2525,"start":"2026-01-31T09:00:00.0+0000","end":"2026-01-31T09:00:01.0+0000"},"tcp":{"tcp_flags_ts":"1b","tcp_flags_tc":"1b"}}\n`,
  '{"timestamp":"2026-01-31T09:00:00.1+0000","flow_id":8,"event_type":"dns","src_ip":"192.0.2.7","src_port":5,"dest_ip":"192.0.2.1","dest_port":53,"proto":"UDP","dns":{"version":3,"type":"response","queries":[{"rrname":"a.example","rrtype":"A"}],"rcode":"NOERROR","answers":[{"rrname":"a.example","rrtype":"CNAME","ttl":60,"rdata":"b.example"},{"rrname":"b.example","rrtype":"A","ttl":30,"rdata":"192.0.2.9"}]}}\n',
];
const NFDUMP = [
  '[\n{\n\t"type" : "FLOW",\n\t"sampled" : 0,\n\t"first" : "2026-01-31T09:00:00.485",\n\t"last" : "2026-01-31T09:00:01.485",\n\t"in_packets" : 5,\n\t"in_bytes" : 500,\n\t"proto" : 6,\n\t"tcp_flags" : "...AP.SF",\n\t"src_port" : 45240,\n\t"dst_port" : 443,\n\t"src4_addr" : "10.77.0.1",\n\t"dst4_addr" : "17.77.0.2",\n\t"label" : "<none>"\n},\n{\n\t"type" : "FLOW", "first":"2026-01-31T09:00:00.485","last":"2026-01-31T09:00:00.485","in_packets":1,"in_bytes":9,"proto":58,"src_port":0,"dst_port":0,"src6_addr":"::1","dst6_addr":"::2"}\n]\n',
];

/** One target for the logs of each program. */
export const FLOW_LOG_TARGETS = textTargets([
  { name: "zeek-log", samples: ZEEK, run: (text) => check("zeek", text, false) },
  { name: "suricata-log", samples: SURICATA, run: (text) => check("suricata", text, false) },
  { name: "nfdump-log", samples: NFDUMP, run: (text) => check("nfdump", text, true) },
]);

function check(format: LogFormat, text: string, isList: boolean): void {
  const traffic = new TrafficCollector(services);
  const session = new Session(knowledge, { maxFlows: MAX_FLOWS }, [traffic]);
  const totals = session.sources.open({ name: "log", format, interfaces: [], error: null });
  const parser = new LogParser(format);
  let packets = 0;
  let bytes = 0;
  for (const entry of isList ? parser.addPiece(Buffer.from(text)) : entriesOfLines(parser, text)) {
    packets += session.logs.add(entry, { format, sampled: parser.sampled }, totals);
    bytes += bytesOf(entry);
  }
  const { classes, packets: byClass, capture } = session.report(traffic);
  const decoded = Object.values(classes).reduce((sum, one) => sum + one.packets, 0);
  // Sums beyond JavaScript's safe integers are never exact.
  if (packets + bytes > Number.MAX_SAFE_INTEGER) return;
  if (decoded !== byClass.decoded || capture.packets !== packets || capture.bytes !== bytes) {
    throw new Error(
      `${packets} packets with ${bytes} bytes are ${capture.packets} with ${capture.bytes}, ${decoded} in flows`,
    );
  }
}

function entriesOfLines(parser: LogParser, text: string): readonly LogEntry[] {
  const lines = text.split("\n");
  return lines.flatMap((line, i) =>
    parser.add({ text: line, number: i + 1, isCut: false, isLast: i === lines.length - 1 }),
  );
}

function bytesOf(entry: LogEntry): number {
  if (entry.kind === "portless") return entry.bytes;
  return entry.kind === "flow" ? entry.record.originator.bytes + entry.record.responder.bytes : 0;
}
