/**
 * Checks that the lists of a saved summary are complete: classes, groups and ports each contain every decoded packet once,
 * and products and families match the groups (docs/contract.md, "Partition").
 */
import type { Claims, GroupSummary, Traffic } from "../traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../traffic/traffic-sum.ts";
import type { ComparableSummary } from "./comparable-summary.ts";
import type { JsonCursor } from "./json-cursor.ts";

/** The part of a group that product and family totals are computed from. */
export type SavedGroup = Pick<GroupSummary, "class" | "products" | "candidates" | keyof Traffic>;

const UNITS = ["bytes", "packets", "flows"] as const satisfies readonly (keyof Traffic)[];
const CLAIMS = [
  "identified",
  "oneOf",
  "possible",
  "possibleOnly",
] as const satisfies readonly (keyof Claims)[];

/**
 * @param root the whole file, for errors
 * @throws InputError with the path of an incomplete list or an impossible number
 */
export function checkSavedTotals(
  root: JsonCursor,
  { packets, bytes, classes, products, families, ports }: ComparableSummary,
  groups: readonly SavedGroup[],
): void {
  const whole: Traffic = {
    flows: root.field("flows").field("total").count(),
    packets: packets.decoded,
    bytes: bytes.decoded,
  };
  checkSum(root.field("classes"), Object.values(classes), whole);
  checkSum(root.field("groups"), groups, whole);
  checkSum(root.field("ports"), ports, whole);
  const familyOf = new Map(products.map(({ product, family }) => [product, family]));
  const rows = products.map(({ product, ...claims }) => ({ name: product, claims }));
  checkRows(
    root.field("products"),
    rows,
    claimsOf(groups, (name) => name),
  );
  // By now, every product of a group is known to have a row.
  const familyRows = families.map(({ family, ...claims }) => ({ name: family, claims }));
  checkRows(
    root.field("families"),
    familyRows,
    claimsOf(groups, (name) => familyOf.get(name) ?? name),
  );
}

function checkSum(list: JsonCursor, parts: readonly Traffic[], whole: Traffic): void {
  const sum = noTraffic();
  for (const part of parts) addTraffic(sum, part);
  const unit = UNITS.find((name) => sum[name] !== whole[name]);
  if (unit === undefined) return;
  throw list.error(`has ${sum[unit]} of ${whole[unit]} ${unit}: shortened with --top, or changed since`);
}

/** Sums the claims of the groups by product, or by the value of `ownerOf` for the product's name. */
function claimsOf(
  groups: readonly SavedGroup[],
  ownerOf: (product: string) => string,
): Map<string, Record<keyof Claims, TrafficSum>> {
  const claims = new Map<string, Record<keyof Claims, TrafficSum>>();
  for (const group of groups) {
    const owners = new Set([...group.products, ...group.candidates].map(ownerOf));
    for (const owner of owners) {
      let claim = claims.get(owner);
      if (claim === undefined) {
        claim = {
          identified: noTraffic(),
          oneOf: noTraffic(),
          possible: noTraffic(),
          possibleOnly: noTraffic(),
        };
        claims.set(owner, claim);
      }
      const isAlone = owners.size === 1;
      if (group.class === "identified") addTraffic(isAlone ? claim.identified : claim.oneOf, group);
      else {
        addTraffic(claim.possible, group);
        if (isAlone) addTraffic(claim.possibleOnly, group);
      }
    }
  }
  return claims;
}

function checkRows(
  list: JsonCursor,
  rows: readonly { readonly name: string; readonly claims: Claims }[],
  expected: ReadonlyMap<string, Claims>,
): void {
  const cursors = list.list();
  const known = new Set<string>();
  for (const [i, { name }] of rows.entries()) {
    if (known.has(name)) throw cursors[i].error(`is "${name}", which occurs twice`);
    known.add(name);
  }
  for (const name of expected.keys()) {
    if (!known.has(name)) {
      throw list.error(`has no "${name}", which groups have: shortened with --top, or changed since`);
    }
  }
  for (const [i, { name, claims }] of rows.entries()) {
    for (const claim of CLAIMS) {
      for (const unit of UNITS) {
        const [found, needed] = [claims[claim][unit], expected.get(name)?.[claim][unit] ?? 0];
        if (found === needed) continue;
        throw cursors[i]
          .field(claim)
          .field(unit)
          .error(`is ${found}, the groups have ${needed}: changed since`);
      }
    }
  }
}
