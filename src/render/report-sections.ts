/**
 * The report of a summary before it is drawn (docs/contract.md, "The report"): sections by how it is known. The rows of a
 * section add up to it, and the sections to the capture.
 */
import { isIP } from "node:net";
import type { GroupSummary, PacketClasses, Summary, Traffic } from "../reports/traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../reports/traffic/traffic-sum.ts";
import { formatCount } from "./render-units.ts";
import { candidatesText, productsText, serviceText, serviceWord, spokenText } from "./report-words.ts";

/** One line of a section. */
export interface ReportRow extends Traffic {
  /** Its name. May contain hostile text. */
  readonly name: string;
  /** How it is known: grades of evidence, or the candidates by port. */
  readonly how: string;
}

/** Rows that are known in the same way. */
export interface ReportSection {
  readonly kind: "identified" | "apple" | "could-be" | "other" | "no-product" | "not-asked" | "not-decoded";
  /** By bytes, then name. */
  readonly rows: readonly ReportRow[];
  readonly total: Traffic;
}

const TITLES: Readonly<Record<ReportSection["kind"], string>> = {
  identified: "Apple's, identified",
  apple: "Apple's, product unknown",
  "could-be": "Could be Apple's: only the port says so",
  other: "Others'",
  "no-product": "No Apple product's",
  "not-asked": "Other flows",
  "not-decoded": "Not decoded",
};
/** Replaces "could be Apple's" if no Apple traffic was seen. */
const NOTHING_SEEN_TITLE = "Listed ports, owner unknown";

/** The title of a section. */
export function sectionTitle(kind: ReportSection["kind"], { apple }: Pick<Summary, "apple">): string {
  const isNothingApples = apple.identified.flows + apple.unknownProduct.flows === 0;
  return kind === "could-be" && isNothingApples ? NOTHING_SEEN_TITLE : TITLES[kind];
}

/** The sections of a summary, including those without packets, in report order. Together they are the capture. */
export function reportSections(summary: Summary): readonly ReportSection[] {
  const words = wordsOf(summary);
  const { groups, packets, bytes, otherFlows } = summary;
  const of = (kind: ReportSection["kind"], describe: Describe, isMeant: (group: GroupSummary) => boolean) =>
    sectionOf(kind, groups.filter(isMeant), describe);
  return [
    of("identified", words.products, ({ class: flowClass }) => flowClass === "identified"),
    of("apple", words.unknown, ({ class: flowClass }) => flowClass === "apple"),
    of("could-be", words.candidates, (group) => words.couldBe(group)),
    of("other", words.others, ({ class: flowClass }) => flowClass === "other"),
    of("no-product", words.services, (group) => isByPort(group) && !words.couldBe(group)),
    ...(otherFlows === undefined ? [] : [notAsked(otherFlows)]),
    notDecoded(packets, bytes),
  ];
}

/** The first `most` rows of a section (`spare` more if these are all), and one for the others together, or null. */
export function cutSection(
  { rows }: ReportSection,
  most: number,
  spare = 0,
): { readonly shown: readonly ReportRow[]; readonly rest: ReportRow | null } {
  if (rows.length <= most + spare) return { shown: rows, rest: null };
  const others = rows.slice(most);
  const sum = noTraffic();
  for (const row of others) addTraffic(sum, row);
  return {
    shown: rows.slice(0, most),
    rest: { name: `${formatCount(others.length)} more`, how: "", ...sum },
  };
}

/** Name of each group in a device's row, by id. May contain hostile text. */
export function groupNames(summary: Summary): ReadonlyMap<string, string> {
  const words = wordsOf(summary);
  return new Map(
    summary.groups.map((group) => {
      if (group.class === "identified") return [group.id, words.products(group).name];
      if (group.class === "apple") return [group.id, "Apple's, product unknown"];
      if (group.class === "other") return [group.id, words.others(group).name];
      return [group.id, words.couldBe(group) ? words.candidates(group).name : words.services(group).name];
    }),
  );
}

type Describe = (group: GroupSummary) => { readonly name: string; readonly how: string };

function isByPort({ class: flowClass }: GroupSummary): boolean {
  return flowClass === "listed" || flowClass === "range" || flowClass === "unlisted";
}

/** Names of this summary's rows: it has the products that its groups name. */
function wordsOf({ products }: Summary) {
  const rows = new Map(products.map((row) => [row.product, row]));
  const familyOf = (name: string) => rows.get(name)?.family ?? null;
  const isApples = (name: string) => rows.get(name)?.kind === "apple";
  const isWithdrawn = (name: string) => rows.get(name)?.ended?.how === "withdrawn";
  return {
    couldBe: ({ candidates }: GroupSummary) => candidates.some(isApples),
    products: (group: GroupSummary) => ({
      name: productsText(group.products, familyOf),
      how: howOf(group),
    }),
    unknown: (group: GroupSummary) => ({ name: namedService(group), how: howOf(group) }),
    candidates: (group: GroupSummary) => ({
      name: namedService(group),
      how: candidatesText(group, isWithdrawn),
    }),
    others: (group: GroupSummary) => ({
      name:
        group.reason === "other-protocol"
          ? spokenText(group)
          : (group.label ?? (group.protocol === null ? serviceOr(group, "other ports") : spokenText(group))),
      how: howOf(group),
    }),
    services: (group: GroupSummary) => ({ name: leftOver(group), how: "" }),
  };
}

function howOf({ evidence, unverified, elsewhere, reason }: GroupSummary): string {
  const what = evidence === null ? (reason ?? "") : evidence;
  return `${what}${unverified ? ", unverified" : ""}${elsewhere ? ", another's server" : ""}`;
}

/** With the name of most bytes; an address as a name says nothing. */
function namedService(group: GroupSummary): string {
  const service = spokenText(group);
  const names = group.names.filter(({ name }) => isIP(name) === 0);
  const [first, ...others] = names;
  const named = names.reduce((sum, { bytes }) => sum + bytes, 0);
  if (first === undefined || named * 2 < group.bytes) return service;
  return `${service}, ${first.name}${others.length > 0 ? ` and ${others.length} more` : ""}`;
}

function serviceOr({ service }: GroupSummary, otherwise: string): string {
  return service.name === null ? otherwise : serviceWord(service.name);
}

/** Groups that neither evidence nor the list attributes to an Apple product. */
function leftOver(group: GroupSummary): string {
  switch (group.reason) {
    case "port-not-listed":
      return "ports not on the list";
    case "side-unknown":
      return "side unknown";
    case "product-ended":
      return `${serviceText(group)} (product ended)`;
    default:
      return serviceOr(group, serviceText(group));
  }
}

function sectionOf(
  kind: ReportSection["kind"],
  groups: readonly GroupSummary[],
  describe: Describe,
): ReportSection {
  const total = noTraffic();
  const rows = new Map<string, { name: string; sum: TrafficSum; hows: Map<string, number> }>();
  for (const group of groups) {
    const { name, how } = describe(group);
    let row = rows.get(name);
    if (row === undefined) {
      row = { name, sum: noTraffic(), hows: new Map() };
      rows.set(name, row);
    }
    addTraffic(row.sum, group);
    addTraffic(total, group);
    row.hows.set(how, (row.hows.get(how) ?? 0) + group.bytes);
  }
  return {
    kind,
    total,
    rows: [...rows.values()]
      .map(({ name, sum, hows }) => ({ name, ...sum, how: mostly(hows) }))
      .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)),
  };
}

/** How most of the bytes are known; "+" if some are known otherwise. */
function mostly(hows: ReadonlyMap<string, number>): string {
  const [[first], ...others] = [...hows].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return others.length > 0 ? `${first} +` : first;
}

/** The traffic of flows without the device or product that was asked for. */
function notAsked(otherFlows: Traffic): ReportSection {
  const row = { name: "not selected", how: "", ...otherFlows };
  return { kind: "not-asked", rows: [row], total: otherFlows };
}

const CLASS_NAMES: Readonly<Record<Exclude<keyof PacketClasses, "decoded">, string>> = {
  fragments: "later fragments",
  otherIp: "other IP protocols",
  nonIp: "not IP",
  malformed: "malformed",
  snaplenCut: "truncated by the snaplen",
  unsupportedLinkType: "unsupported link type",
};

function notDecoded(packets: PacketClasses, bytes: PacketClasses): ReportSection {
  const names = Object.keys(CLASS_NAMES) as (keyof typeof CLASS_NAMES)[];
  const rows = names
    .filter((name) => packets[name] > 0)
    .map((name) => ({
      name: CLASS_NAMES[name],
      how: "",
      flows: 0,
      packets: packets[name],
      bytes: bytes[name],
    }))
    .sort((a, b) => b.bytes - a.bytes);
  const total = noTraffic();
  for (const row of rows) addTraffic(total, row);
  return { kind: "not-decoded", rows, total };
}
