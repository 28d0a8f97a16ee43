/**
 * Invariants of every summary (docs/contract.md, "Packet classes", "Totals" and "JSON"): nothing is lost or counted twice,
 * shares stay within their bounds, lists are in order.
 */
import { expect } from "vitest";
import { FLOW_CLASSES } from "../../src/evidence/attribution/evidence.ts";
import { reportSections } from "../../src/render/report-sections.ts";
import { isRecordWeird, recordWeirdsOf } from "../../src/reports/record-weirds.ts";
import type { Claims, GroupSummary, Summary, Traffic } from "../../src/reports/traffic/summary.ts";
import { checkSeries } from "./series-conservation.ts";

const AMOUNTS = ["flows", "packets", "bytes"] as const;

type Report = (rule: string, actual: unknown, wanted: unknown) => void;

/** Fails with every rule that the summary violates. */
export function expectConserved(summary: Summary): void {
  expect(conservationProblems(summary)).toEqual([]);
}

/** Returns one line for each rule that the summary violates. */
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
  checkPartition(summary, equal);
  checkGroups(summary, equal);
  checkProducts(summary, report, equal);
  checkFamilies(summary, equal);
  checkApple(summary, equal);
  checkSeries(summary, equal);
  checkReport(summary, equal);
  checkOrders(summary, report);
  checkNumbers(summary, "summary", report);
  return problems;
}

function checkRecords(summary: Summary, equal: Report): void {
  const { capture, packets, bytes, weirds } = summary;
  equal("packets of all classes", sum(Object.values(packets)), capture.packets);
  equal("bytes of all classes", sum(Object.values(bytes)), capture.bytes);
  const { sources, moreSources } = capture;
  const beyond = moreSources ?? { packets: 0, bytes: 0, unsupported: 0 };
  equal("packets of all sources", sum([...sources, beyond].map((source) => source.packets)), capture.packets);
  equal("bytes of all sources", sum([...sources, beyond].map((source) => source.bytes)), capture.bytes);
  const interfaces = capture.sources.flatMap((source) => source.interfaces);
  const more = capture.sources.map(({ moreInterfaces }) => moreInterfaces?.unsupported ?? 0);
  const unsupported = sum(interfaces.map((face) => face.unsupported)) + sum(more) + beyond.unsupported;
  equal("packets of unsupported link types", unsupported, packets.unsupportedLinkType);
  const undecoded = Object.entries(weirds).flatMap(([name, count]) => (isRecordWeird(name) ? [] : [count]));
  equal("packets of all weirds", sum(undecoded), capture.packets - packets.decoded);
  const ofRecords = Object.entries(weirds).filter(([name]) => isRecordWeird(name));
  equal(
    "weirds of records",
    sum(ofRecords.map(([, count]) => count)),
    sum(Object.values(recordWeirdsOf([...sources.map((source) => source.weirds), moreSources?.weirds]))),
  );
}

/** The traffic of the summary's flows: everything decoded, except flows of others with a selected device. */
function decodedOf({ flows, packets, bytes, otherFlows }: Summary, what: (typeof AMOUNTS)[number]): number {
  if (what === "flows") return flows.total;
  return { packets, bytes }[what].decoded - (otherFlows?.[what] ?? 0);
}

function checkFlows(summary: Summary, equal: Report): void {
  const { flows, ports, hosts, otherFlows } = summary;
  equal("flows of both transports", flows.tcp + flows.udp, flows.total);
  equal("evicted flows are flows", flows.evicted <= flows.total + (otherFlows?.flows ?? 0), true);
  for (const what of AMOUNTS) {
    const decoded = decodedOf(summary, what);
    equal(`${what} of all ports`, sum(ports.map((port) => port[what])), decoded);
    if (hosts !== undefined) equal(`${what} of all hosts`, sum(hosts.map((host) => host[what])), decoded);
    for (const { address, domains, ...traffic } of hosts ?? []) {
      equal(
        `${what} of all domains of ${address}`,
        sum(domains.map((domain) => domain[what])),
        traffic[what],
      );
    }
  }
  const tcp = ports.filter(({ transport }) => transport === "tcp");
  equal("flows of TCP ports", sum(tcp.map((port) => port.flows)), flows.tcp);
  equal(
    "ports are told apart",
    new Set(ports.map((port) => `${port.transport}/${port.port}`)).size,
    ports.length,
  );
}

/** The classes, and the groups in them, add up to every decoded packet and byte. */
function checkPartition(summary: Summary, equal: Report): void {
  const { classes, groups } = summary;
  for (const what of AMOUNTS) {
    const decoded = decodedOf(summary, what);
    equal(`${what} of all classes`, sum(FLOW_CLASSES.map((name) => classes[name][what])), decoded);
    for (const name of FLOW_CLASSES) {
      const own = groups.filter((group) => group.class === name);
      equal(`${what} of groups of class ${name}`, sum(own.map((group) => group[what])), classes[name][what]);
    }
  }
  equal("groups are told apart", new Set(groups.map(({ id }) => id)).size, groups.length);
}

/** The allowed and forbidden fields of each class. */
function checkGroups(summary: Summary, equal: Report): void {
  for (const group of summary.groups) {
    const { id, class: flowClass, products, candidates, offList, reason, evidence, label } = group;
    const isByPort = flowClass === "listed" || flowClass === "range";
    equal(`${id}: products of class ${flowClass}`, products.length > 0, flowClass === "identified");
    equal(`${id}: candidates of class ${flowClass}`, candidates.length > 0, isByPort);
    const isOtherProtocol = reason === "other-protocol";
    const isWithout = isByPort || flowClass === "unlisted" || isOtherProtocol;
    // A device of another maker shows this as well, and is not a grade of evidence.
    if (reason !== "not-apple") equal(`${id}: evidence of class ${flowClass}`, evidence === null, isWithout);
    equal(`${id}: what is of another protocol has one`, !isOtherProtocol || group.protocol !== null, true);
    equal(`${id}: a protocol that was seen has a name`, !group.protocolSeen || group.protocol !== null, true);
    const hasReason = flowClass === "other" || flowClass === "unlisted";
    equal(`${id}: reason of class ${flowClass}`, reason !== null, hasReason);
    equal(`${id}: only others have a label`, label === null || flowClass === "other", true);
    equal(
      `${id}: off-list products are named`,
      offList.every((name) => products.includes(name)),
      true,
    );
    equal(`${id}: both directions`, group.bytesFromOriginator + group.bytesFromResponder, group.bytes);
    equal(`${id}: bytes of names`, sum(group.names.map(({ bytes }) => bytes)) <= group.bytes, true);
    equal(`${id}: a time has both ends`, group.firstSeen === null, group.lastSeen === null);
  }
}

/** The groups of a product or family, added up again. */
function claimsOf(
  groups: readonly GroupSummary[],
  isOwn: (name: string) => boolean,
): Record<keyof Claims, Traffic> {
  const total = (some: readonly GroupSummary[]) => ({
    flows: sum(some.map(({ flows }) => flows)),
    packets: sum(some.map(({ packets }) => packets)),
    bytes: sum(some.map(({ bytes }) => bytes)),
  });
  const named = groups.filter(({ products }) => products.some(isOwn));
  const possible = groups.filter(({ candidates }) => candidates.some(isOwn));
  return {
    identified: total(named.filter(({ products }) => products.every(isOwn))),
    oneOf: total(named.filter(({ products }) => !products.every(isOwn))),
    possible: total(possible),
    possibleOnly: total(possible.filter(({ candidates }) => candidates.every(isOwn))),
  };
}

function checkClaims(name: string, claims: Claims, wanted: Claims, equal: Report): void {
  for (const claim of ["identified", "oneOf", "possible", "possibleOnly"] as const) {
    equal(`${name}: ${claim}`, JSON.stringify(claims[claim]), JSON.stringify(wanted[claim]));
  }
}

function checkProducts(summary: Summary, report: Report, equal: Report): void {
  const known = new Set(summary.ports.map(({ transport, port }) => `${transport}/${port}`));
  for (const product of summary.products) {
    const { product: name, identified, oneOf, firstSeen, lastSeen } = product;
    checkClaims(
      name,
      product,
      claimsOf(summary.groups, (one) => one === name),
      equal,
    );
    equal(
      `${name}: bytes by evidence`,
      sum(Object.values(product.byEvidence)),
      identified.bytes + oneOf.bytes,
    );
    equal(`${name}: off-list bytes`, product.offListBytes <= identified.bytes + oneOf.bytes, true);
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

function checkFamilies(summary: Summary, equal: Report): void {
  const families = new Map(summary.products.map(({ product, family }) => [product, family]));
  equal(
    "families are those of the products",
    [...new Set(families.values())].sort(byText).join(),
    summary.families
      .map(({ family }) => family)
      .sort(byText)
      .join(),
  );
  for (const { family, ...claims } of summary.families) {
    checkClaims(
      family,
      claims,
      claimsOf(summary.groups, (name) => families.get(name) === family),
      equal,
    );
  }
}

/** Apple's totals, recomputed from the groups. */
function checkApple({ apple, groups, products, classes }: Summary, equal: Report): void {
  const rows = new Map(products.map((row) => [row.product, row]));
  const { identified, unknownProduct, couldBe, withdrawn } = apple;
  for (const what of AMOUNTS) {
    equal(`${what} identified`, identified[what], classes.identified[what]);
    equal(`${what} of unknown products`, unknownProduct[what], classes.apple[what]);
    const apples = groups.filter(({ candidates }) =>
      candidates.some((name) => rows.get(name)?.kind === "apple"),
    );
    equal(`${what} that could be`, couldBe[what] + withdrawn[what], sum(apples.map((group) => group[what])));
    const isLive = (name: string) =>
      rows.get(name)?.kind === "apple" && rows.get(name)?.ended?.how !== "withdrawn";
    const live = apples.filter(({ candidates }) => candidates.some(isLive));
    equal(`${what} that could be live products`, couldBe[what], sum(live.map((group) => group[what])));
  }
  const exact = groups.filter(({ products: named }) => named.length === 1);
  equal("exact bytes", identified.exact, sum(exact.map(({ bytes }) => bytes)));
}

/** The sections of the report add up to the capture, and their rows to the sections. */
function checkReport(summary: Summary, equal: Report): void {
  const sections = reportSections(summary);
  for (const what of ["packets", "bytes"] as const) {
    equal(`${what} of the report`, sum(sections.map(({ total }) => total[what])), summary.capture[what]);
    for (const { kind, rows, total } of sections) {
      equal(`${what} of section ${kind}`, sum(rows.map((row) => row[what])), total[what]);
    }
  }
}

function checkOrders(summary: Summary, report: Report): void {
  const { groups, products, families, ports, hosts = [], weirds } = summary;
  const sortedBy = <T>(what: string, items: readonly T[], compare: (a: T, b: T) => number) => {
    const wrong = items.findIndex((item, i) => i > 0 && compare(items[i - 1], item) >= 0);
    if (wrong >= 0) report(`order of ${what}`, items[wrong], `after ${JSON.stringify(items[wrong - 1])}`);
  };
  const named = ({ identified, oneOf }: Claims) => identified.bytes + oneOf.bytes;
  const byClaims = (a: Claims, b: Claims) => named(b) - named(a) || b.possible.bytes - a.possible.bytes;
  sortedBy("groups", groups, (a, b) => b.bytes - a.bytes || byText(a.id, b.id));
  sortedBy("products", products, (a, b) => byClaims(a, b) || byText(a.product, b.product));
  sortedBy("families", families, (a, b) => byClaims(a, b) || byText(a.family, b.family));
  sortedBy("hosts", hosts, (a, b) => b.bytes - a.bytes || byText(a.address, b.address));
  sortedBy("weirds", Object.keys(weirds), byText);
  sortedBy(
    "ports",
    ports,
    (a, b) =>
      b.bytes - a.bytes || byText(a.transport, b.transport) || (a.port ?? 65_536) - (b.port ?? 65_536),
  );
}

const FRACTIONAL = /\.durationSeconds$/;

/** Every number except these is an integer, and none is negative. */
function checkNumbers(value: unknown, path: string, report: Report): void {
  if (typeof value === "number") {
    const isFractional = FRACTIONAL.test(path);
    const isSound = isFractional ? Number.isFinite(value) : Number.isSafeInteger(value);
    if (!isSound || value < 0) report(path, value, "a number of something");
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) checkNumbers(member, `${path}.${key}`, report);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
