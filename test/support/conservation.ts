/**
 * What holds for every summary of every capture (docs/contract.md, "Packet classes", "Totals" and "JSON"): nothing is lost,
 * nothing counted twice, shares stay within their bounds, lists are in their order.
 */
import { expect } from "vitest";
import { isRecordWeird, recordWeirdsOf } from "../../src/reports/record-weirds.ts";
import type { Share, Summary } from "../../src/reports/traffic/summary.ts";

/** Half of the last digit to which an estimate is rounded. */
const ROUNDING = 0.0005;

type Report = (rule: string, actual: unknown, wanted: unknown) => void;

/** Fails with every rule that the summary breaks. */
export function expectConserved(summary: Summary): void {
  expect(conservationProblems(summary)).toEqual([]);
}

/** One line for each rule that the summary breaks. */
export function conservationProblems(summary: Summary): string[] {
  const problems: string[] = [];
  const report: Report = (rule, actual, wanted) => {
    problems.push(`${rule}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
  };
  const equal: Report = (rule, actual, wanted) => {
    if (actual !== wanted) report(rule, actual, wanted);
  };
  checkRecords(summary, equal);
  checkFlows(summary, equal);
  checkEstimates(summary, report);
  checkAmbiguity(summary, equal);
  checkProducts(summary, report, equal);
  checkFamilies(summary, report);
  checkOrders(summary, report);
  checkNumbers(summary, "summary", report);
  return problems;
}

function checkRecords(summary: Summary, equal: Report): void {
  const { capture, packets, bytes, weirds } = summary;
  equal("packets of all classes", sum(Object.values(packets)), capture.packets);
  equal("bytes of all classes", sum(Object.values(bytes)), capture.bytes);
  equal("packets of all sources", sum(capture.sources.map((source) => source.packets)), capture.packets);
  equal("bytes of all sources", sum(capture.sources.map((source) => source.bytes)), capture.bytes);
  const interfaces = capture.sources.flatMap((source) => source.interfaces);
  const more = capture.sources.map(({ moreInterfaces }) => moreInterfaces?.unsupported ?? 0);
  const unsupported = sum(interfaces.map((face) => face.unsupported)) + sum(more);
  equal("packets of unsupported link types", unsupported, packets.unsupportedLinkType);
  const undecoded = Object.entries(weirds).flatMap(([name, count]) => (isRecordWeird(name) ? [] : [count]));
  equal("packets of all weirds", sum(undecoded), capture.packets - packets.decoded);
  const ofRecords = Object.entries(weirds).filter(([name]) => isRecordWeird(name));
  equal(
    "weirds of records",
    sum(ofRecords.map(([, count]) => count)),
    sum(Object.values(recordWeirdsOf(capture.sources))),
  );
}

function checkFlows(summary: Summary, equal: Report): void {
  const { flows, ports, unattributed, packets, bytes, hosts } = summary;
  equal("flows of both transports", flows.tcp + flows.udp, flows.total);
  equal("flows attributed and not", flows.attributed + flows.unattributed, flows.total);
  equal("evicted flows are flows", flows.evicted <= flows.total, true);
  equal("off-list flows are attributed", flows.offList <= flows.attributed, true);
  equal("unattributed flows", unattributed.flows, flows.unattributed);
  for (const what of ["flows", "packets", "bytes"] as const) {
    const decoded = { flows: flows.total, packets: packets.decoded, bytes: bytes.decoded }[what];
    equal(`${what} of all ports`, sum(ports.map((port) => port[what])), decoded);
    if (hosts !== undefined) equal(`${what} of all hosts`, sum(hosts.map((host) => host[what])), decoded);
    for (const { address, domains, ...traffic } of hosts ?? []) {
      equal(
        `${what} of all domains of ${address}`,
        sum(domains.map((domain) => domain[what])),
        traffic[what],
      );
    }
    const reasons = Object.values(unattributed.byReason);
    equal(`${what} of all reasons`, sum(reasons.map((reason) => reason[what])), unattributed[what]);
  }
  const tcp = ports.filter(({ transport }) => transport === "tcp");
  equal("flows of TCP ports", sum(tcp.map((port) => port.flows)), flows.tcp);
  equal(
    "ports are told apart",
    new Set(ports.map((port) => `${port.transport}/${port.port}`)).size,
    ports.length,
  );
}

/** Estimates + unattributed + not decoded = all, by products and by families. */
function checkEstimates(summary: Summary, report: Report): void {
  for (const what of ["packets", "bytes"] as const) {
    const all = summary.capture[what];
    const notDecoded = all - summary[what].decoded;
    for (const groups of ["products", "families"] as const) {
      const shares = summary[groups].map((group) => group[what].estimate);
      const total = sum(shares) + summary.unattributed[what] + notDecoded;
      if (!isNear(total, all, shares.length)) report(`estimated ${what} of ${groups}`, total, all);
    }
  }
}

/** Open bytes over attributed ones: none exactly where every product has only what no other can claim. */
function checkAmbiguity({ ambiguity, products, flows }: Summary, equal: Report): void {
  equal("there is an ambiguity of what is attributed", ambiguity === null, flows.attributed === 0);
  if (ambiguity === null) return;
  const isClear = products.every(({ bytes }) => bytes.sole === bytes.possible);
  equal("no ambiguity without open bytes", isClear && ambiguity > 0, false);
  equal("ambiguity is not negative", ambiguity >= 0, true);
}

function checkProducts(summary: Summary, report: Report, equal: Report): void {
  const known = new Set(summary.ports.map(({ transport, port }) => `${transport}/${port}`));
  for (const product of summary.products) {
    const { product: name, bytes, firstSeen, lastSeen } = product;
    checkShares(name, product, report);
    equal(`${name}: bytes by evidence`, sum(Object.values(product.bytesByEvidence)), bytes.possible);
    equal(
      `${name}: both directions`,
      product.bytesFromOriginator + product.bytesFromResponder,
      bytes.possible,
    );
    equal(`${name}: a time has both ends`, firstSeen === null, lastSeen === null);
    const isWithin =
      firstSeen === null ||
      lastSeen === null ||
      ((summary.capture.start ?? "") <= firstSeen &&
        firstSeen <= lastSeen &&
        lastSeen <= (summary.capture.end ?? ""));
    if (!isWithin) report(`${name}: times within the capture`, [firstSeen, lastSeen], summary.capture);
    for (const port of product.ports)
      if (!known.has(port)) report(`${name}: its port is listed`, port, [...known]);
    equal(`${name}: names ports once`, new Set(product.ports).size, product.ports.length);
  }
  const names = summary.products.map(({ product }) => product);
  equal("products are told apart", new Set(names).size, names.length);
}

/** A family has what its products have: the same estimate, at least their sole, at most their possible traffic. */
function checkFamilies(summary: Summary, report: Report): void {
  for (const family of summary.families) {
    checkShares(family.family, family, report);
    const members = summary.products.filter((product) => product.family === family.family);
    for (const what of ["packets", "bytes"] as const) {
      const of = (share: keyof Share) => members.map((product) => product[what][share]);
      const own = family[what];
      if (!isNear(sum(of("estimate")), own.estimate, members.length + 1)) {
        report(`${family.family}: estimated ${what} of its products`, sum(of("estimate")), own.estimate);
      }
      if (sum(of("sole")) > own.sole) report(`${family.family}: sole ${what}`, own.sole, of("sole"));
      if (Math.max(...of("possible")) > own.possible || sum(of("possible")) < own.possible) {
        report(`${family.family}: possible ${what}`, own.possible, of("possible"));
      }
    }
  }
}

interface Shares {
  readonly flows: { readonly sole: number; readonly possible: number };
  readonly packets: Share;
  readonly bytes: Share;
}

function checkShares(name: string, { flows, packets, bytes }: Shares, report: Report): void {
  if (flows.sole > flows.possible || flows.possible === 0)
    report(`${name}: flows`, flows, "sole <= possible");
  for (const share of [packets, bytes]) {
    const { sole, estimate, possible } = share;
    if (!(0 <= sole && sole <= estimate && estimate <= possible)) {
      report(`${name}: shares`, share, "0 <= sole <= estimate <= possible");
    }
  }
}

function checkOrders(summary: Summary, report: Report): void {
  const { products, families, ports, hosts = [], weirds } = summary;
  const sortedBy = <T>(what: string, items: readonly T[], compare: (a: T, b: T) => number) => {
    const wrong = items.findIndex((item, i) => i > 0 && compare(items[i - 1], item) >= 0);
    if (wrong >= 0) report(`order of ${what}`, items[wrong], `after ${JSON.stringify(items[wrong - 1])}`);
  };
  sortedBy(
    "products",
    products,
    (a, b) => b.bytes.estimate - a.bytes.estimate || byText(a.product, b.product),
  );
  sortedBy("families", families, (a, b) => b.bytes.estimate - a.bytes.estimate || byText(a.family, b.family));
  sortedBy("hosts", hosts, (a, b) => b.bytes - a.bytes || byText(a.address, b.address));
  sortedBy("weirds", Object.keys(weirds), byText);
  sortedBy(
    "ports",
    ports,
    (a, b) =>
      b.bytes - a.bytes || byText(a.transport, b.transport) || (a.port ?? 65_536) - (b.port ?? 65_536),
  );
}

const FRACTIONAL = /\.(estimate|durationSeconds|ambiguity)$/;

/** Every number but those is a whole one, and none is negative. */
function checkNumbers(value: unknown, path: string, report: Report): void {
  if (typeof value === "number") {
    const isFractional = FRACTIONAL.test(path);
    const isSound = isFractional ? Number.isFinite(value) : Number.isSafeInteger(value);
    if (!isSound || value < 0) report(path, value, "a number of something");
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) checkNumbers(member, `${path}.${key}`, report);
  }
}

function isNear(actual: number, wanted: number, roundings: number): boolean {
  return Math.abs(actual - wanted) <= ROUNDING * roundings + Math.abs(wanted) * 1e-12 + 1e-9;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
