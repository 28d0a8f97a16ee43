/** Expected contents of a capture: these types are the JSON of schema `appleflow/expected@2`. */
import {
  EVIDENCE_GRADES,
  type Evidence,
  FLOW_CLASSES,
  type FlowClass,
} from "../../evidence/attribution/evidence.ts";
import { shellFileName } from "../../shell-word.ts";
import { ATTEMPT_VERDICTS, type ReachVerdict } from "../reach/reach-report.ts";
import type { Claims, PacketClasses, Traffic } from "../traffic/summary.ts";
import { JsonCursor } from "./json-cursor.ts";

/** Name and version of the JSON form. */
export const EXPECTED_SCHEMA = "appleflow/expected@2";
const OLD_SCHEMA = "appleflow/expected@1";

/** An exact number (met within the given tolerance), or inclusive limits. */
export type Limit = number | { readonly min?: number; readonly max?: number };

/** Limits by the summary's name for the number; absent numbers are not checked. */
export type Limits<K extends string> = Readonly<Partial<Record<K, Limit>>>;

/** Expectations of a product. Without any field, evidence must name it. A product that does not occur has zeros. */
export interface ProductExpectation extends Readonly<Partial<Record<keyof Claims, Limits<keyof Traffic>>>> {
  /** Expected outcome of attempts to reach it; cannot be checked against a saved summary. */
  readonly verdict?: ReachVerdict;
  /** The exact set of evidence grades that must occur. */
  readonly evidence?: readonly Evidence[];
}

/** Expected contents of a capture; absent fields are not checked. */
export interface Expectations {
  readonly schema: typeof EXPECTED_SCHEMA;
  readonly capture?: { readonly complete?: boolean } & Limits<"packets" | "bytes">;
  /** Records by class. */
  readonly packets?: Limits<keyof PacketClasses>;
  readonly classes?: Readonly<Partial<Record<FlowClass, Limits<keyof Traffic>>>>;
  /** By canonical name. */
  readonly products?: Readonly<Record<string, ProductExpectation>>;
  /** Products that evidence must not name; ports may allow them. */
  readonly absent?: readonly string[];
  /** false: evidence must name no product other than those of `products`. */
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
/** The numbers of an amount of traffic. */
export const TRAFFIC = ["flows", "packets", "bytes"] as const satisfies readonly (keyof Traffic)[];
const CLAIMS = [
  "identified",
  "oneOf",
  "possible",
  "possibleOnly",
] as const satisfies readonly (keyof Claims)[];

/**
 * Parses expectations.
 *
 * @param name the file, for errors
 * @param productNamed returns the canonical name of a product or alias, or null: a misspelled product would always count as
 *   absent
 * @throws InputError `bad_expectations` with the JSON path of an unknown or invalid value
 */
export function parseExpectations(
  text: string,
  name: string,
  productNamed: (name: string) => string | null,
): Expectations {
  const root = JsonCursor.parse(text, { code: "bad_expectations", name });
  checkSchema(root.field("schema"), name);
  root.only(["schema", "capture", "packets", "classes", "products", "absent", "otherProducts"]);
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
    ...present("classes", root.optional("classes", partsOf(FLOW_CLASSES))),
    ...present("products", products),
    ...present("absent", absent),
    ...present(
      "otherProducts",
      root.optional("otherProducts", (cursor) => cursor.boolean()),
    ),
  };
}

function checkSchema(field: JsonCursor, name: string): void {
  if (field.text() !== OLD_SCHEMA) {
    field.oneOf([EXPECTED_SCHEMA]);
    return;
  }
  const command = `appleflow check CAPTURE ${shellFileName(name)} --update`;
  const why = "the format of an older version. Replace CAPTURE with its capture, and keep a copy";
  throw field.error(`is "${OLD_SCHEMA}", ${why} of limits set by hand: ${command}`);
}

/** Whether there are numbers that a capture must match exactly. */
export function hasNumbers({ capture, packets, classes, products }: Expectations): boolean {
  const has = (value: unknown): boolean =>
    typeof value === "number" ||
    (typeof value === "object" && value !== null && !isBounds(value) && Object.values(value).some(has));
  return [capture, packets, classes, products].some(has);
}

function isBounds(value: object): boolean {
  return "min" in value || "max" in value;
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
    if (products.has(product)) throw field.error(`is "${product}", which occurs twice`);
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
  cursor.only(["verdict", ...CLAIMS, "evidence"]);
  return {
    ...present(
      "verdict",
      cursor.optional("verdict", (field) => field.oneOf(VERDICTS)),
    ),
    ...readParts(cursor, CLAIMS),
    ...present(
      "evidence",
      cursor.optional("evidence", (field) => field.list().map((grade) => grade.oneOf(EVIDENCE_GRADES))),
    ),
  };
}

/** Returns a reader of objects that have limits for amounts of traffic by these names and no other fields. */
function partsOf<K extends string>(
  names: readonly K[],
): (cursor: JsonCursor) => Partial<Record<K, Limits<keyof Traffic>>> {
  return (cursor) => {
    cursor.only(names);
    return readParts(cursor, names);
  };
}

function readParts<K extends string>(
  cursor: JsonCursor,
  names: readonly K[],
): Partial<Record<K, Limits<keyof Traffic>>> {
  const found = names.map((name) => present(name, cursor.optional(name, limitsOf(TRAFFIC))));
  return Object.assign({}, ...found);
}

/** Returns a reader of objects that have limits by these names and no other fields. */
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
  if (typeof cursor.value === "number") return cursor.count();
  if (typeof cursor.value !== "object") throw cursor.error("needs a number, or an object with min or max");
  cursor.only(["min", "max"]);
  const [min, max] = ["min", "max"].map((name) => cursor.optional(name, (field) => field.count()));
  if (min === null && max === null) throw cursor.error("needs min, max or both");
  if (min !== null && max !== null && min > max)
    throw cursor.error(`has a min of ${min} above its max, ${max}`);
  return { ...present("min", min), ...present("max", max) };
}

/** Returns an object with the field, or an empty one if the value is null. */
export function present<K extends string, V>(name: K, value: V | null): { readonly [P in K]?: V } {
  return (value === null ? {} : { [name]: value }) as { readonly [P in K]?: V };
}
