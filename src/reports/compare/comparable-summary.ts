/** What two captures are compared by: a part of the summary, from an analysis or read back from its JSON. */
import { EVIDENCE_GRADES, UNATTRIBUTED_REASONS } from "../../evidence/attribution/evidence.ts";
import type { CaptureSummary, SourceSummary } from "../capture-summary.ts";
import type { ReachReport, ReachVerdict } from "../reach/reach-report.ts";
import {
  type FamilySummary,
  type FlowShare,
  type PacketClasses,
  type PortSummary,
  type ProductSummary,
  type Share,
  SUMMARY_SCHEMA,
  type Summary,
  type Traffic,
} from "../traffic/summary.ts";
import { JsonCursor } from "./json-cursor.ts";

/** The part of a product's summary that is compared. */
export type ComparableProduct = Pick<
  ProductSummary,
  "product" | "kind" | "family" | "flows" | "packets" | "bytes" | "bytesByEvidence"
>;

/** The part of a {@link Summary} that is compared; every summary is one. */
export interface ComparableSummary {
  readonly capture: Pick<CaptureSummary, "packets" | "bytes" | "start" | "end" | "durationSeconds"> & {
    readonly sources: readonly Pick<SourceSummary, "name" | "complete">[];
  };
  readonly packets: PacketClasses;
  readonly bytes: PacketClasses;
  readonly products: readonly ComparableProduct[];
  readonly families: readonly FamilySummary[];
  readonly ports: readonly PortSummary[];
  readonly unattributed: Summary["unattributed"];
  /** What became of attempts to reach products, by name; only of a capture, a summary does not know. */
  readonly verdicts?: ReadonlyMap<string, ReachVerdict>;
}

/** A summary with the verdicts of the same reading. */
export function withVerdicts(summary: ComparableSummary, { products }: ReachReport): ComparableSummary {
  return { ...summary, verdicts: new Map(products.map(({ product, verdict }) => [product, verdict])) };
}

/** Bytes by which rounded shares may miss the whole. */
const ROUNDING_BYTES = 1;

/** Whether a file that begins so is JSON; no capture does. */
export function looksLikeJson(start: string): boolean {
  return /^\ufeff?\s*\{/.test(start);
}

/**
 * Reads back what `appleflow summarize --format json` wrote.
 *
 * @param name the file, for errors
 * @throws InputError `bad_summary` with the JSON path: another schema, a field that is missing or of another kind, lists
 * that were shortened with `--top` and so would make products look gone
 */
export function parseSavedSummary(text: string, name: string): ComparableSummary {
  const root = JsonCursor.parse(text, { code: "bad_summary", name });
  checkSchema(root);
  const summary: ComparableSummary = {
    capture: readCapture(root.field("capture")),
    packets: readClasses(root.field("packets")),
    bytes: readClasses(root.field("bytes")),
    products: root.field("products").list().map(readProduct),
    families: root.field("families").list().map(readFamily),
    ports: root.field("ports").list().map(readPort),
    unattributed: {
      ...readTraffic(root.field("unattributed")),
      byReason: recordOf(
        UNATTRIBUTED_REASONS,
        // Files from before a reason was known do not have it.
        (reason) => root.field("unattributed").field("byReason").optional(reason, readTraffic) ?? NO_TRAFFIC,
      ),
    },
  };
  checkNames(root.field("products"), "product");
  checkNames(root.field("families"), "family");
  checkWhole(root, summary);
  return summary;
}

function checkSchema(root: JsonCursor): void {
  const schema = root.field("schema").text();
  if (schema === SUMMARY_SCHEMA) return;
  throw root
    .field("schema")
    .error(`is "${schema}"; what can be compared is "${SUMMARY_SCHEMA}", from summarize --format json`);
}

/** Rows are found by their names. */
function checkNames(list: JsonCursor, field: string): void {
  const known = new Set<string>();
  for (const row of list.list()) {
    const name = row.field(field).text();
    if (known.has(name)) throw row.error(`is "${name}", which stands twice`);
    known.add(name);
  }
}

/** Every decoded byte is in one port and, but for what is unattributed, in products and in families. */
function checkWhole(root: JsonCursor, { products, families, ports, bytes, unattributed }: ComparableSummary) {
  const attributed = bytes.decoded - unattributed.bytes;
  const sums: readonly (readonly [string, number, number])[] = [
    ["products", sumOf(products.map((one) => one.bytes.estimate)), attributed],
    ["families", sumOf(families.map((one) => one.bytes.estimate)), attributed],
    ["ports", sumOf(ports.map((one) => one.bytes)), bytes.decoded],
  ];
  for (const [list, sum, whole] of sums) {
    if (Math.abs(sum - whole) <= ROUNDING_BYTES) continue;
    const problem = `has ${Math.round(sum)} of ${whole} bytes: shortened with --top, or changed since`;
    throw root.field(list).error(problem);
  }
}

function readCapture(cursor: JsonCursor): ComparableSummary["capture"] {
  return {
    packets: cursor.field("packets").number(),
    bytes: cursor.field("bytes").number(),
    start: cursor.optional("start", (field) => field.text()),
    end: cursor.optional("end", (field) => field.text()),
    durationSeconds: cursor.field("durationSeconds").number(),
    sources: cursor
      .field("sources")
      .list()
      .map((source) => ({
        name: source.field("name").text(),
        complete: source.field("complete").boolean(),
      })),
  };
}

function readClasses(cursor: JsonCursor): PacketClasses {
  const count = (name: keyof PacketClasses) => cursor.field(name).number();
  return {
    decoded: count("decoded"),
    fragments: count("fragments"),
    otherIp: count("otherIp"),
    nonIp: count("nonIp"),
    malformed: count("malformed"),
    snaplenCut: count("snaplenCut"),
    unsupportedLinkType: count("unsupportedLinkType"),
  };
}

function readProduct(cursor: JsonCursor): ComparableProduct {
  const byEvidence = cursor.field("bytesByEvidence");
  return {
    product: cursor.field("product").text(),
    kind: cursor.field("kind").oneOf(["apple", "generic"]),
    ...readFamily(cursor),
    bytesByEvidence: recordOf(EVIDENCE_GRADES, (grade) => byEvidence.field(grade).number()),
  };
}

function readFamily(cursor: JsonCursor): FamilySummary {
  return {
    family: cursor.field("family").text(),
    flows: readFlowShare(cursor.field("flows")),
    packets: readShare(cursor.field("packets")),
    bytes: readShare(cursor.field("bytes")),
  };
}

function readFlowShare(cursor: JsonCursor): FlowShare {
  return { sole: cursor.field("sole").number(), possible: cursor.field("possible").number() };
}

function readShare(cursor: JsonCursor): Share {
  return { ...readFlowShare(cursor), estimate: cursor.field("estimate").number() };
}

function readPort(cursor: JsonCursor): PortSummary {
  return {
    transport: cursor.field("transport").oneOf(["tcp", "udp"]),
    port: cursor.optional("port", (field) => field.number()),
    listed: cursor.field("listed").boolean(),
    service: cursor.optional("service", (field) => field.text()),
    ...readTraffic(cursor),
  };
}

const NO_TRAFFIC: Traffic = Object.freeze({ flows: 0, packets: 0, bytes: 0 });

function readTraffic(cursor: JsonCursor): Traffic {
  return {
    flows: cursor.field("flows").number(),
    packets: cursor.field("packets").number(),
    bytes: cursor.field("bytes").number(),
  };
}

function recordOf<K extends string, V>(keys: readonly K[], read: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, read(key)])) as Record<K, V>;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
