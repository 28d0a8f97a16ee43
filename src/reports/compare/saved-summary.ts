/** Parses a summary that was saved as JSON. */
import { EVIDENCE_GRADES, FLOW_CLASSES } from "../../evidence/attribution/evidence.ts";
import { shellFileName } from "../../shell-word.ts";
import {
  type Claims,
  type FamilySummary,
  type PacketClasses,
  type PortSummary,
  SUMMARY_SCHEMA,
  type Traffic,
} from "../traffic/summary.ts";
import type { ComparableProduct, ComparableSummary } from "./comparable-summary.ts";
import { JsonCursor } from "./json-cursor.ts";
import { checkSavedTotals, type SavedGroup } from "./saved-totals.ts";

const OLD_SCHEMA = "appleflow/summary@1";

/** Whether a file with this beginning is JSON; no capture begins like this. */
export function looksLikeJson(start: string): boolean {
  return /^\ufeff?\s*\{/.test(start);
}

/**
 * Parses the output of `appleflow summarize --format json`.
 *
 * @param name the file, for errors
 * @throws InputError `bad_summary` with the JSON path: another schema, a field that is missing or of another type, or lists
 *   shortened with `--top`, which would make products look gone
 */
export function parseSavedSummary(text: string, name: string): ComparableSummary {
  const root = JsonCursor.parse(text, { code: "bad_summary", name });
  checkSchema(root.field("schema"), name);
  const classes = root.field("classes");
  const summary: ComparableSummary = {
    capture: readCapture(root.field("capture")),
    packets: readPacketClasses(root.field("packets")),
    bytes: readPacketClasses(root.field("bytes")),
    classes: recordOf(FLOW_CLASSES, (name) => readTraffic(classes.field(name))),
    products: root.field("products").list().map(readProduct),
    families: root.field("families").list().map(readFamily),
    ports: root.field("ports").list().map(readPort),
  };
  checkSavedTotals(root, summary, root.field("groups").list().map(readGroup));
  return summary;
}

function checkSchema(field: JsonCursor, name: string): void {
  const schema = field.text();
  if (schema === SUMMARY_SCHEMA) return;
  if (schema === OLD_SCHEMA) {
    const command = `appleflow summarize CAPTURE --format json --output ${shellFileName(name)}`;
    const why = "the format of an older version. Replace CAPTURE with the capture it was made from:";
    throw field.error(`is "${OLD_SCHEMA}", ${why} ${command}`);
  }
  throw field.error(`is "${schema}"; only "${SUMMARY_SCHEMA}" can be compared, from summarize --format json`);
}

function readCapture(cursor: JsonCursor): ComparableSummary["capture"] {
  const moreSources = cursor.optional("moreSources", (more) => ({
    sources: more.field("sources").count(),
    incomplete: more.field("incomplete").count(),
  }));
  return {
    ...(moreSources !== null && { moreSources }),
    packets: cursor.field("packets").count(),
    bytes: cursor.field("bytes").count(),
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

function readPacketClasses(cursor: JsonCursor): PacketClasses {
  const count = (name: keyof PacketClasses) => cursor.field(name).count();
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

function readGroup(cursor: JsonCursor): SavedGroup {
  const names = (field: string) =>
    cursor
      .field(field)
      .list()
      .map((item) => item.text());
  return {
    class: cursor.field("class").oneOf(FLOW_CLASSES),
    products: names("products"),
    candidates: names("candidates"),
    ...readTraffic(cursor),
  };
}

function readProduct(cursor: JsonCursor): ComparableProduct {
  const byEvidence = cursor.field("byEvidence");
  byEvidence.only(EVIDENCE_GRADES);
  const grades = EVIDENCE_GRADES.filter((grade) => byEvidence.has(grade));
  return {
    product: cursor.field("product").text(),
    kind: cursor.field("kind").oneOf(["apple", "generic"]),
    ...readFamily(cursor),
    byEvidence: recordOf(grades, (grade) => byEvidence.field(grade).count()),
  };
}

function readFamily(cursor: JsonCursor): FamilySummary {
  const traffic = (name: keyof Claims) => readTraffic(cursor.field(name));
  return {
    family: cursor.field("family").text(),
    identified: traffic("identified"),
    oneOf: traffic("oneOf"),
    possible: traffic("possible"),
    possibleOnly: traffic("possibleOnly"),
  };
}

function readPort(cursor: JsonCursor): PortSummary {
  return {
    transport: cursor.field("transport").oneOf(["tcp", "udp"]),
    port: cursor.optional("port", (field) => field.count()),
    listed: cursor.field("listed").boolean(),
    service: cursor.optional("service", (field) => field.text()),
    ...readTraffic(cursor),
    classes: cursor
      .field("classes")
      .list()
      .map((item) => item.oneOf(FLOW_CLASSES)),
  };
}

function readTraffic(cursor: JsonCursor): Traffic {
  return {
    flows: cursor.field("flows").count(),
    packets: cursor.field("packets").count(),
    bytes: cursor.field("bytes").count(),
  };
}

function recordOf<K extends string, V>(keys: readonly K[], read: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, read(key)])) as Record<K, V>;
}
