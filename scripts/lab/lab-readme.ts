/** `fixtures/lab/README.md`: the sessions of the lab, and the rows of the list that each covers. */
import type { ServiceTable } from "../../src/knowledge/port-list/service-table.ts";
import type { CapturedSession } from "./captured-session.ts";
import { type CoveredRow, coverRows } from "./row-coverage.ts";

const INTRODUCTION = `# Captures of real programs

Recorded by \`npm run lab\` (\`scripts/lab.ts\`): Debian's servers and clients, on hosts that are network namespaces, with
tcpdump recording; they contain no packet of any other machine. 10.77.0.0/16 and fd77::/16 are the lab's own; addresses
in Apple's prefixes and those reserved for documentation were put on the lab's own interfaces. Nothing was edited: each
session is small enough to be kept whole. pcapng files were converted from tcpdump's pcap by editcap.

\`NAME.truth.json\` is what the lab knows from what it started itself, never from the classifier: who served where, with
which program and version, and which failures were intended. \`npm run lab:score\` compares the orientation of the flows with it;
\`test/lab/\` does so too, and has a golden of each capture. A new recording gives the same flows, not the same bytes.
\`npm run update-goldens\` writes this page: do not edit it.
`;

const SYNTHETIC = { tcp: "rows-tcp.pcap", udp: "rows-udp.pcap" } as const;
const MOST_SESSIONS = 4;
const MOST_PRODUCTS = 4;

/** Returns the page for all fixtures of the lab. */
export function renderLabReadme(table: ServiceTable, captured: readonly CapturedSession[]): string {
  const covered = coverRows(table, captured);
  const real = covered.filter(({ sessions }) => sessions.tcp.length + sessions.udp.length > 0).length;
  return [
    INTRODUCTION,
    "## Sessions",
    "",
    "| Capture | What runs | Rows | Products named | Packets | Versions |",
    "|---|---|---|---|---:|---|",
    ...captured.map(renderSession),
    "",
    "## The rows of the list",
    "",
    `Real programs cover ${real} of ${covered.length} rows. Every row has a synthetic conversation, without a program`,
    `behind it, in \`fixtures/${SYNTHETIC.tcp}\` or \`fixtures/${SYNTHETIC.udp}\`; the other rows have only that.`,
    "",
    "| Port | Transport | Service | Real programs | Synthetic |",
    "|---|---|---|---|---|",
    ...covered.map(renderRow),
    "",
  ].join("\n");
}

function renderSession({ truth, summary }: CapturedSession): string {
  const rows = truth.rows.length === 0 ? "—" : truth.rows.join(", ");
  const products = shorten(
    summary.products
      .filter(({ identified, oneOf }) => identified.flows + oneOf.flows > 0)
      .map(({ product }) => product),
    MOST_PRODUCTS,
  );
  const versions = Object.entries(truth.packages).map(([name, version]) => `${name} ${version}`);
  const cells = [
    `\`${truth.capture}\``,
    truth.about,
    rows,
    products,
    summary.capture.packets,
    versions.join(", "),
  ];
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

function renderRow({ row, sessions }: CoveredRow): string {
  const transports = (["tcp", "udp"] as const).filter(
    (transport) => row.transport === "both" || row.transport === transport,
  );
  const real = transports
    .filter((transport) => sessions[transport].length > 0)
    .map((transport) => {
      const names = shorten(sessions[transport], MOST_SESSIONS);
      return transports.length === 1 ? names : `${transport}: ${names}`;
    });
  const synthetic = transports.map((transport) => `\`${SYNTHETIC[transport]}\``).join(", ");
  const shown = real.length === 0 ? "—" : real.join("; ");
  return `| ${row.portText} | ${row.transportText} | ${row.serviceName} | ${shown} | ${synthetic} |`;
}

function shorten(names: readonly string[], most: number): string {
  if (names.length === 0) return "—";
  const rest = names.length - most;
  return names.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
