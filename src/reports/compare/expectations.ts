/** What a capture is expected to hold: these types are the JSON of schema `appleflow/expected@1`. */
import { EVIDENCE_GRADES, type Evidence } from "../../evidence/attribution/evidence.ts";
import { ATTEMPT_VERDICTS, type ReachVerdict } from "../reach/reach-report.ts";
import { compareText } from "../traffic/compare-text.ts";
import type { PacketClasses, Share, Traffic } from "../traffic/summary.ts";
import type { ComparableProduct, ComparableSummary } from "./comparable-summary.ts";
import { JsonCursor } from "./json-cursor.ts";
import { gradesOf } from "./summary-difference.ts";

/** Name and version of the JSON form. */
export const EXPECTED_SCHEMA = "appleflow/expected@1";

/** A number that has to be met (within the tolerance that is asked for), or limits that include their ends. */
export type Limit = number | { readonly min?: number; readonly max?: number };

/** Limits by the name that the summary has for the number; what is left out may be anything. */
export type Limits<K extends string> = Readonly<Partial<Record<K, Limit>>>;

/** A product that has to be there, or to have a verdict. */
export interface ProductExpectation {
  /** What has to come of attempts to reach it; a saved summary cannot tell. */
  readonly verdict?: ReachVerdict;
  readonly flows?: Limits<"sole" | "possible">;
  readonly packets?: Limits<keyof Share>;
  readonly bytes?: Limits<keyof Share>;
  /** The grades of evidence that there has to be, these and no others. */
  readonly evidence?: readonly Evidence[];
}

export interface Expectations {
  readonly schema: typeof EXPECTED_SCHEMA;
  readonly capture?: { readonly complete?: boolean } & Limits<"packets" | "bytes">;
  /** Records by class. */
  readonly packets?: Limits<keyof PacketClasses>;
  readonly unattributed?: Limits<keyof Traffic>;
  /** By canonical name. */
  readonly products?: Readonly<Record<string, ProductExpectation>>;
  /** Products that must not be there. */
  readonly absent?: readonly string[];
  /** false: no product but those of `products` may be there. */
  readonly otherProducts?: boolean;
}

const PACKET_CLASSES = [
  "decoded",
  "fragments",
  "otherIp",
  "nonIp",
  "malformed",
  "snaplenCut",
  "unsupportedLinkType",
] as const satisfies readonly (keyof PacketClasses)[];
const VERDICTS: readonly ReachVerdict[] = [...ATTEMPT_VERDICTS, "fell-back", "name-blocked", "never-tried"];
const TRAFFIC = ["flows", "packets", "bytes"] as const satisfies readonly (keyof Traffic)[];
const SHARES = ["sole", "estimate", "possible"] as const satisfies readonly (keyof Share)[];

/**
 * Reads expectations.
 *
 * @param name the file, for errors
 * @param productNamed the canonical name of a product or alias, or null: a misspelled product would be absent for ever
 * @throws InputError `bad_expectations` with the JSON path of whatever is not known or cannot be
 */
export function parseExpectations(
  text: string,
  name: string,
  productNamed: (name: string) => string | null,
): Expectations {
  const root = JsonCursor.parse(text, { code: "bad_expectations", name });
  root.field("schema").oneOf([EXPECTED_SCHEMA]);
  root.only(["schema", "capture", "packets", "unattributed", "products", "absent", "otherProducts"]);
  const products = root.optional("products", (cursor) => readProducts(cursor, productNamed));
  const absent = root.optional("absent", (cursor) =>
    cursor.list().map((item) => {
      const product = canonicalName(item, item.text(), productNamed);
      if (products !== null && Object.hasOwn(products, product)) {
        throw item.error(`is "${product}", which is expected in $.products`);
      }
      return product;
    }),
  );
  return {
    schema: EXPECTED_SCHEMA,
    ...present("capture", root.optional("capture", readCapture)),
    ...present("packets", root.optional("packets", limitsOf(PACKET_CLASSES))),
    ...present("unattributed", root.optional("unattributed", limitsOf(TRAFFIC))),
    ...present("products", products),
    ...present("absent", absent),
    ...present(
      "otherProducts",
      root.optional("otherProducts", (cursor) => cursor.boolean()),
    ),
  };
}

/** What a summary shows, as expectations that it meets exactly, products by name. The same for the same summary. */
export function expectationsOf(summary: ComparableSummary): Expectations {
  const { capture, packets, unattributed, products, verdicts = new Map<string, ReachVerdict>() } = summary;
  const rows = new Map(products.map((row) => [row.product, row]));
  const names = [...new Set([...rows.keys(), ...verdicts.keys()])].sort(compareText);
  return {
    schema: EXPECTED_SCHEMA,
    capture: {
      complete: capture.sources.every(({ complete }) => complete),
      packets: capture.packets,
      bytes: capture.bytes,
    },
    packets: pick(packets, PACKET_CLASSES),
    unattributed: pick(unattributed, TRAFFIC),
    products: Object.fromEntries(
      names.map((name) => [
        name,
        { ...present("verdict", verdicts.get(name) ?? null), ...numbersOf(rows.get(name)) },
      ]),
    ),
    absent: [],
    otherProducts: false,
  };
}

/** None of a product without traffic, whose name was asked for in vain. */
function numbersOf(row: ComparableProduct | undefined): ProductExpectation {
  if (row === undefined) return {};
  return {
    flows: pick(row.flows, ["sole", "possible"]),
    packets: pick(row.packets, SHARES),
    bytes: pick(row.bytes, SHARES),
    evidence: gradesOf(row),
  };
}

function readCapture(cursor: JsonCursor): NonNullable<Expectations["capture"]> {
  cursor.only(["complete", "packets", "bytes"]);
  return {
    ...present(
      "complete",
      cursor.optional("complete", (field) => field.boolean()),
    ),
    ...readLimits(cursor, ["packets", "bytes"]),
  };
}

function readProducts(
  cursor: JsonCursor,
  productNamed: (name: string) => string | null,
): Record<string, ProductExpectation> {
  const products = new Map<string, ProductExpectation>();
  for (const [name, field] of cursor.fields()) {
    const product = canonicalName(field, name, productNamed);
    if (products.has(product)) throw field.error(`is "${product}", which stands twice`);
    products.set(product, readProduct(field));
  }
  return Object.fromEntries(products);
}

function canonicalName(
  cursor: JsonCursor,
  name: string,
  productNamed: (name: string) => string | null,
): string {
  const product = productNamed(name);
  if (product === null)
    throw cursor.error(`is not known: no product is called "${name}" ("appleflow products" lists them)`);
  return product;
}

function readProduct(cursor: JsonCursor): ProductExpectation {
  cursor.only(["verdict", "flows", "packets", "bytes", "evidence"]);
  return {
    ...present(
      "verdict",
      cursor.optional("verdict", (field) => field.oneOf(VERDICTS)),
    ),
    ...present("flows", cursor.optional("flows", limitsOf(["sole", "possible"]))),
    ...present("packets", cursor.optional("packets", limitsOf(SHARES))),
    ...present("bytes", cursor.optional("bytes", limitsOf(SHARES))),
    ...present(
      "evidence",
      cursor.optional("evidence", (field) => field.list().map((grade) => grade.oneOf(EVIDENCE_GRADES))),
    ),
  };
}

/** Reads an object that has limits by these names and nothing else. */
function limitsOf<K extends string>(names: readonly K[]): (cursor: JsonCursor) => Limits<K> {
  return (cursor) => {
    cursor.only(names);
    return readLimits(cursor, names);
  };
}

function readLimits<K extends string>(cursor: JsonCursor, names: readonly K[]): Limits<K> {
  const found = names.flatMap((name) => {
    const limit = cursor.optional(name, readLimit);
    return limit === null ? [] : [[name, limit] as const];
  });
  return Object.fromEntries(found) as Limits<K>;
}

function readLimit(cursor: JsonCursor): Limit {
  if (typeof cursor.value === "number") return cursor.number();
  if (typeof cursor.value !== "object") throw cursor.error("needs a number, or an object with min or max");
  cursor.only(["min", "max"]);
  const [min, max] = ["min", "max"].map((name) => cursor.optional(name, (field) => field.number()));
  if (min === null && max === null) throw cursor.error("needs min, max or both");
  if (min !== null && max !== null && min > max)
    throw cursor.error(`has a min of ${min} above its max, ${max}`);
  return { ...present("min", min), ...present("max", max) };
}

function present<K extends string, V>(name: K, value: V | null): { readonly [P in K]?: V } {
  return (value === null ? {} : { [name]: value }) as { readonly [P in K]?: V };
}

function pick<K extends string>(
  numbers: Readonly<Record<K, number>>,
  names: readonly K[],
): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, numbers[name]])) as Record<K, number>;
}
