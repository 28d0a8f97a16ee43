/** Text files given by the user: own rules, own rows, saved summaries, expectations. */
import { readFileSync } from "node:fs";
import { HostRules } from "../../../src/knowledge/evidence/host-rules.ts";
import { parseOwnRules } from "../../../src/knowledge/evidence/own-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import { applyOwnRows } from "../../../src/knowledge/port-list/own-rows.ts";
import { UsedByReader } from "../../../src/knowledge/port-list/used-by.ts";
import { checkExpectations } from "../../../src/reports/compare/expectation-check.ts";
import { parseExpectations } from "../../../src/reports/compare/expectations.ts";
import { parseSavedSummary } from "../../../src/reports/compare/saved-summary.ts";
import { compareSummaries } from "../../../src/reports/compare/summary-difference.ts";
import { textTargets } from "../fuzz-target.ts";
import { orRefusal } from "../refusal.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const summaryFile = (name: string) => read(`test/fixtures/expected/${name}.summary.json`);

const table = loadServiceTable();
const { products, families } = table;
const catalogue = {
  products,
  families,
  byName: new Map(products.map((product) => [product.name, product])),
  lineOf: new Map(products.map((product, index) => [product, index + 1])),
};
/** A file of `data/` without its rows, which only matter for the list's own cells. */
const headOf = (name: string) =>
  `${read(`data/${name}`)
    .split("\n")
    .find((line) => /^[^#]/.test(line))}\n`;
const reader = new UsedByReader(
  catalogue,
  headOf("used-by.tsv"),
  headOf("repairs.tsv"),
  "used-by",
  "repairs",
);
const productNamed = (name: string) => catalogue.byName.get(name)?.name ?? null;

const OWN_RULES = [
  "kind\tpattern\tproduct",
  "host\t.intranet.example.com\tOur intranet",
  "host\t=updates.example.com\tSoftware Update",
  "network\t192.0.2.0/24\t—",
  "network\t2001:db8::/32\tAirPlay | Our intranet",
  "service-type\t_our-player._tcp\tAirPlay",
  "process\tour-agent\tDevice management",
].join("\n");
const OWN_ROWS = [
  "# ours",
  "port\ttransport\tservice_name\tused_by",
  "7000\tTCP\tairplay\tAirPlay",
  "8000–8010\tTCP/UDP\tintranet\tOur intranet (staging), World Wide Web",
].join("\n");
const summaries = ["orientation.pcap", "tcp-states.pcap", "both-ends-listed.pcap"].map(summaryFile);
const before = { name: "before", summary: parseSavedSummary(summaries[0], "before") };

/** One target for each. */
export const USER_FILE_TARGETS = textTargets([
  {
    name: "own-rules",
    samples: [OWN_RULES],
    run: (text) =>
      orRefusal(() => {
        const { hosts } = parseOwnRules(text, "mutant", (name) => catalogue.byName.get(name) ?? null);
        new HostRules([hosts]).match("a.intranet.example.com");
      }),
  },
  {
    name: "own-rows",
    samples: [OWN_ROWS],
    run: (text) => orRefusal(() => applyOwnRows(table.rows, catalogue, reader, text, "mutant")),
  },
  {
    name: "saved-summary",
    samples: summaries,
    run: (text) =>
      orRefusal(() => {
        const after = { name: "after", summary: parseSavedSummary(text, "mutant") };
        for (const by of ["product", "family"] as const) compareSummaries(before, after, { by });
      }),
  },
  {
    name: "expectations",
    samples: [read("test/reports/compare/expected-office.json")],
    run: (text) =>
      orRefusal(() => checkExpectations(parseExpectations(text, "mutant", productNamed), before.summary)),
  },
]);
