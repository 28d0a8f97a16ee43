import { RULES_GOLDENS } from "./rules-table.ts";

/**
 * The golden table: outputs of the command line, stored in expected/. Changed output shows as a difference in these files;
 * `npm run update-goldens` writes them and prints each difference.
 */
export interface Golden {
  /** Also the name of the expected file. */
  readonly name: string;
  /** The capture in fixtures/ that comes first in the arguments, if any. */
  readonly fixture?: string;
  /** The command, then the arguments after the fixture. */
  readonly args: readonly string[];
  readonly status: number;
  /** Columns of a terminal, without colours unless `colors` is set; without columns, a pipe. */
  readonly columns?: number;
  readonly colors?: boolean;
}

const OFFICE = "office-morning.pcapng";

/** Fixtures that cannot be read completely, with the exit status. (`test/fixtures/` describes each fixture.) */
const STATUS: Readonly<Record<string, number>> = {
  "bad-block-length.pcapng": 2,
  "bad-interface.pcapng": 2,
  "bad-record-length.pcap": 2,
  "cut-block.pcapng": 2,
  "cut-header.pcap": 3,
  "cut-record-header.pcap": 2,
  "cut-record.pcap": 2,
  "gzip-cut.pcap.gz": 2,
  "link-user2.pcap": 2,
  "not-a-capture.txt": 3,
  "unsupported-link-type.pcap": 2,
  "unsupported-link-type.pcapng": 2,
};

const DAMAGED: readonly Golden[] = Object.entries(STATUS).map(([fixture, status]) => ({
  name: `damaged-${fixture}`,
  fixture,
  args: ["summarize", "--top", "3"],
  status,
}));

export const GOLDENS: readonly Golden[] = [
  ...DAMAGED,
  ...RULES_GOLDENS,

  { name: "help", args: ["--help"], status: 0 },
  { name: "help-summarize", args: ["summarize", "--help"], status: 0 },
  { name: "help-flows", args: ["flows", "--help"], status: 0 },
  { name: "help-annotate", args: ["annotate", "--help"], status: 0 },
  { name: "help-extract", args: ["extract", "--help"], status: 0 },
  { name: "help-ports", args: ["ports", "--help"], status: 0 },
  { name: "help-products", args: ["products", "--help"], status: 0 },
  { name: "help-live", args: ["live", "--help"], status: 0 },
  { name: "help-history", args: ["history", "--help"], status: 0 },
  { name: "help-serve", args: ["serve", "--help"], status: 0 },
  { name: "help-ship", args: ["ship", "--help"], status: 0 },
  { name: "nothing-asked", args: [], status: 1 },
  { name: "unknown-option", args: ["summarize", "--fromat", "json"], status: 1 },
  { name: "wrong-value", args: ["flows", "x", "--max-flows", "none"], status: 1 },
  { name: "no-such-file", args: ["summarize", "fixtures/no-such-file.pcap"], status: 3 },
  { name: "no-capture", args: ["summarize", "package.json"], status: 3 },

  { name: "log-suricata", fixture: "logs/apple-push.eve.json.gz", args: ["summarize"], status: 0 },
  { name: "log-nfdump", fixture: "logs/apple-push.nfdump.json.gz", args: ["summarize"], status: 0 },
  { name: "log-reach", fixture: "logs/apple-push.eve.json.gz", args: ["reach"], status: 3 },
  { name: "log-difference", args: ["diff", "fixtures/lab/apple-push.pcap", "fixtures/logs/apple-push.eve.json.gz"], status: 0 },

  { name: "office-table", fixture: OFFICE, args: ["summarize"], status: 0 },
  { name: "office-table-60", fixture: OFFICE, args: ["summarize"], status: 0, columns: 60 },
  { name: "office-table-200", fixture: OFFICE, args: ["summarize"], status: 0, columns: 200 },
  { name: "office-table-colors", fixture: OFFICE, args: ["summarize", "--top", "5"], status: 0, columns: 80, colors: true },
  { name: "office-families", fixture: OFFICE, args: ["summarize", "--by", "family"], status: 0 },
  { name: "office-services", fixture: OFFICE, args: ["summarize", "--by", "service"], status: 0 },
  { name: "office-ports", fixture: OFFICE, args: ["summarize", "--by", "port", "--top", "10"], status: 0 },
  { name: "office-devices", fixture: OFFICE, args: ["summarize", "--by", "device", "--domains"], status: 0 },
  { name: "office-servers", fixture: OFFICE, args: ["summarize", "--by", "server", "--top", "12"], status: 0 },
  { name: "office-subnets", fixture: OFFICE, args: ["summarize", "--by", "subnet", "--prefix", "16,48"], status: 0 },
  { name: "office-vlans", fixture: OFFICE, args: ["summarize", "--by", "vlan"], status: 0 },
  { name: "every-80", fixture: "phone-morning.pcapng", args: ["summarize", "--every", "2s", "--top", "3"], status: 0, columns: 80 },
  { name: "every-family-40", fixture: "phone-morning.pcapng", args: ["summarize", "--every", "10s", "--by", "family"], status: 0, columns: 40 },
  { name: "every-device-csv", fixture: "phone-morning.pcapng", args: ["summarize", "--every", "10s", "--by", "device", "--format", "csv"], status: 0 },
  { name: "every-group-csv", fixture: OFFICE, args: ["summarize", "--every", "1h", "--format", "csv"], status: 0 },
  { name: "every-product-ndjson", fixture: "reopened.pcap", args: ["summarize", "--every", "1m", "--by", "product", "--format", "ndjson"], status: 0 },
  { name: "every-without-times", fixture: "simple-packets.pcapng", args: ["summarize", "--every", "1m"], status: 0 },
  { name: "every-by-port", fixture: OFFICE, args: ["summarize", "--every", "1m", "--by", "port"], status: 1 },
  { name: "html-by-port", fixture: OFFICE, args: ["summarize", "--format", "html", "--by", "port"], status: 1 },
  { name: "every-wrong-length", fixture: OFFICE, args: ["summarize", "--every", "60"], status: 1 },
  { name: "flows-active-timeout-csv", fixture: "phone-morning.pcapng", args: ["flows", "--active-timeout", "10s", "--format", "csv"], status: 0 },
  { name: "office-csv-subnets", fixture: OFFICE, args: ["summarize", "--format", "csv", "--by", "subnet"], status: 0 },
  { name: "office-csv-servers", fixture: OFFICE, args: ["summarize", "--format", "csv", "--by", "server", "--top", "9"], status: 0 },
  { name: "phone-device", fixture: "phone-morning.pcapng", args: ["summarize", "--device", "iphone"], status: 0 },
  { name: "anonymised-subnets", fixture: OFFICE, args: ["summarize", "--by", "subnet", "--anonymise-key", "0f".repeat(32)], status: 0 },
  { name: "office-json-devices", fixture: OFFICE, args: ["summarize", "--format", "json", "--by", "device", "--domains", "--filter", "port 53"], status: 0 },
  { name: "office-ndjson", fixture: OFFICE, args: ["summarize", "--format", "ndjson", "--top", "3"], status: 0 },
  { name: "office-csv", fixture: OFFICE, args: ["summarize", "--format", "csv"], status: 0 },
  { name: "office-csv-families", fixture: OFFICE, args: ["summarize", "--format", "csv", "--by", "family"], status: 0 },
  { name: "office-csv-services", fixture: OFFICE, args: ["summarize", "--format", "csv", "--by", "service"], status: 0 },
  { name: "office-csv-ports", fixture: OFFICE, args: ["summarize", "--format", "csv", "--by", "port"], status: 0 },
  { name: "office-csv-devices", fixture: OFFICE, args: ["summarize", "--format", "csv", "--by", "device"], status: 0 },
  { name: "office-window", fixture: OFFICE, args: ["summarize", "--top", "3", "--from", "2025-03-11T08:40:00Z", "--to", "2025-03-11T08:45:00Z"], status: 0 },
  { name: "office-filter", fixture: OFFICE, args: ["summarize", "--top", "3", "--filter", "udp and not port 53"], status: 0 },
  { name: "office-and-no-file", fixture: OFFICE, args: ["summarize", "fixtures/no-such-file.pcap", "--top", "1"], status: 2 },
  { name: "office-flows", fixture: OFFICE, args: ["flows"], status: 0 },
  { name: "office-flows-csv", fixture: OFFICE, args: ["flows", "--format", "csv"], status: 0 },

  { name: "reach-works", fixture: "lab/apple-facetime.pcapng", args: ["reach"], status: 0 },
  { name: "reach-unanswered", fixture: "lab/fault-syn-dropped.pcapng", args: ["reach"], status: 4 },
  { name: "reach-unanswered-data", fixture: "lab/fault-hello-dropped.pcapng", args: ["reach"], status: 4 },
  { name: "reach-unanswered-udp", fixture: "office-morning.pcapng", args: ["reach"], status: 4 },
  { name: "reach-unclear-udp", fixture: "lab/fault-udp-dropped.pcap", args: ["reach"], status: 0 },
  { name: "reach-refused", fixture: "lab/fault-refused.pcap", args: ["reach"], status: 4 },
  { name: "reach-prohibited", fixture: "lab/fault-prohibited.pcapng", args: ["reach"], status: 4 },
  { name: "reach-one-way", fixture: "lab/fault-udp-one-way.pcapng", args: ["reach"], status: 4 },
  { name: "reach-half-open", fixture: "lab/fault-half-open.pcap", args: ["reach"], status: 4 },
  { name: "reach-closed-at-once", fixture: "lab/fault-closed-at-once.pcapng", args: ["reach"], status: 4 },
  { name: "reach-name-blocked", fixture: "lab/fault-name-blocked.pcap", args: ["reach"], status: 4 },
  { name: "reach-fell-back", fixture: "lab/fault-push-fell-back.pcapng", args: ["reach"], status: 0 },
  { name: "reach-one-direction", fixture: "lab/fault-only-from-client.pcap", args: ["reach"], status: 0 },
  { name: "reach-never-tried", fixture: "lab/telnet.pcapng", args: ["reach"], status: 0 },
  { name: "reach-rows", fixture: "lab/fault-server-down.pcap", args: ["reach", "--by", "row"], status: 4 },
  { name: "reach-json", fixture: "lab/fault-push-fell-back.pcapng", args: ["reach", "--format", "json"], status: 0 },
  { name: "reach-explain-product", fixture: "lab/fault-udp-one-way.pcapng", args: ["reach", "--explain", "FaceTime"], status: 4 },
  { name: "reach-explain-port", fixture: "lab/fault-prohibited.pcapng", args: ["reach", "--explain", "5223/tcp"], status: 4 },
  { name: "reach-explain-interception", fixture: "lab/fault-closed-at-once.pcapng", args: ["reach", "--explain", "443"], status: 4 },
  { name: "reach-explain-name", fixture: "lab/fault-name-blocked.pcap", args: ["reach", "--explain", "mesu.apple.com"], status: 4 },
  { name: "reach-explain-untried", fixture: "lab/fault-syn-dropped.pcapng", args: ["reach", "--explain", "AirPlay"], status: 4 },
  { name: "reach-60", fixture: "lab/fault-prohibited.pcapng", args: ["reach"], status: 4, columns: 60 },
  { name: "help-reach", args: ["reach", "--help"], status: 0 },

  { name: "malformed-table", fixture: "malformed.pcap", args: ["summarize"], status: 0 },
  { name: "mac-vpn-table", fixture: "mac-vpn.pcapng", args: ["summarize"], status: 0 },
  {
    name: "mac-voice-explained",
    fixture: "mac-names.pcapng",
    args: ["flows", "--explain", "FaceTime"],
    status: 0,
  },
  { name: "any-interface-table", fixture: "any-interface.pcapng", args: ["summarize", "--top", "3"], status: 0 },
  { name: "unsupported-table", fixture: "unsupported-link-type.pcapng", args: ["summarize", "--top", "3"], status: 2 },
  { name: "cut-record-table", fixture: "cut-record.pcap", args: ["summarize", "--top", "3"], status: 2 },
  { name: "empty-table", fixture: "empty.pcap", args: ["summarize"], status: 0 },
  { name: "no-times-table", fixture: "simple-packets.pcapng", args: ["summarize", "--top", "3"], status: 0 },
  { name: "wide-ranges-table", fixture: "wide-ranges.pcap", args: ["summarize"], status: 0 },
  { name: "orientation-flows", fixture: "orientation.pcap", args: ["flows"], status: 0 },
  { name: "tcp-states-flows", fixture: "tcp-states.pcap", args: ["flows"], status: 0 },
  { name: "idle-timeout-flows", fixture: "reopened.pcap", args: ["flows", "--idle-timeout", "0"], status: 0 },
  { name: "cut-record-flows", fixture: "cut-record.pcap", args: ["flows", "--format", "csv"], status: 2 },

  { name: "help-diff", args: ["diff", "--help"], status: 0 },
  { name: "help-check", args: ["check", "--help"], status: 0 },
  { name: "diff-table", fixture: "lab/apple-names.pcapng", args: ["diff", "fixtures/lab/fault-name-blocked.pcap"], status: 0 },
  { name: "diff-table-160-colors", fixture: "lab/apple-names.pcapng", args: ["diff", "fixtures/lab/fault-name-blocked.pcap", "--min-change", "30%"], status: 0, columns: 160, colors: true },
  { name: "diff-table-40", fixture: "lab/apple-names.pcapng", args: ["diff", "fixtures/lab/fault-name-blocked.pcap"], status: 0, columns: 40 },
  { name: "diff-possible", fixture: OFFICE, args: ["diff", "fixtures/rows-tcp.pcap"], status: 0 },
  { name: "diff-all", fixture: OFFICE, args: ["diff", "fixtures/processes.pcapng", "--all"], status: 0 },
  { name: "diff-families", fixture: OFFICE, args: ["diff", "fixtures/cut-record.pcap", "--by", "family"], status: 2 },
  { name: "diff-json", fixture: "process-pktap.pcap", args: ["diff", "fixtures/processes.pcapng", "--format", "json"], status: 0 },
  { name: "diff-csv", fixture: "process-pktap.pcap", args: ["diff", "fixtures/processes.pcapng", "--format", "csv"], status: 0 },
  { name: "diff-nothing", fixture: OFFICE, args: ["diff", "fixtures/office-morning.pcapng", "--fail-on", "any"], status: 0 },
  { name: "diff-no-summary", fixture: OFFICE, args: ["diff", "package.json"], status: 3 },
  { name: "check-office", fixture: OFFICE, args: ["check", "test/reports/compare/expected-office.json"], status: 5 },
  { name: "anonymised-devices", fixture: OFFICE, args: ["summarize", "--by", "device", "--domains", "--anonymise-key", "0f".repeat(32)], status: 0 },
  { name: "anonymised-flows", fixture: "processes.pcapng", args: ["flows", "--anonymise-key", "0f".repeat(32)], status: 0 },
  { name: "anonymised-explanation", fixture: "process-pktap.pcap", args: ["flows", "--explain", "Podcasts", "--anonymise-key", "0f".repeat(32)], status: 0 },

  { name: "ports", args: ["ports"], status: 0 },
  { name: "ports-60", args: ["ports", "FaceTime"], status: 0, columns: 60 },
  { name: "ports-json", args: ["ports", "--format", "json"], status: 0 },
  { name: "ports-5223", args: ["ports", "5223"], status: 0 },
  { name: "ports-unlisted", args: ["ports", "4"], status: 0 },
  { name: "ports-services", args: ["ports", "--format", "services"], status: 0 },
  { name: "products", args: ["products"], status: 0 },
  { name: "products-json", args: ["products", "--format", "json"], status: 0 },
  { name: "products-unknown", args: ["products", "Newton"], status: 1 },
];
