/** Rows of `--by product` and `--by family`: named by evidence, and one row for each class without a name. */
import { FLOW_CLASSES, type FlowClass } from "../evidence/attribution/evidence.ts";
import type { GroupSummary, Summary, Traffic } from "../reports/traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../reports/traffic/traffic-sum.ts";
import { productsText } from "./report-words.ts";

/** One row: each decoded byte of a summary is in one of them. */
export interface NamedRow extends Traffic {
  readonly name: string;
  readonly class: FlowClass;
  /** The deciding evidence for most of the bytes; "+" if some have other evidence. */
  readonly how: string;
}

const REST: Readonly<Record<Exclude<FlowClass, "identified">, string>> = {
  apple: "(Apple's, product unknown)",
  other: "(others')",
  listed: "(listed ports, nothing says whose)",
  range: "(only a range of the list)",
  unlisted: "(no product's)",
};

/** Name of the row of a class without a product. */
export function restName(flowClass: Exclude<FlowClass, "identified">): string {
  return REST[flowClass];
}

/** Name of a group's row: what evidence names, or its class. */
export function rowNames(
  { products }: Summary,
  by: "product" | "family",
): (group: Pick<GroupSummary, "class" | "products">) => string {
  const families = new Map(products.map(({ product, family }) => [product, family]));
  const familyOf = (name: string) => families.get(name) ?? null;
  return ({ class: flowClass, products: named }) => {
    if (flowClass !== "identified") return REST[flowClass];
    if (by === "product") return productsText(named, familyOf);
    return [...new Set(named.map((name) => familyOf(name) ?? name))].join(" or ");
  };
}

/** The name of a row in a list of rows only: "(others')" without its brackets. */
export function plainName(name: string): string {
  const text = name.replace(/^\((.*)\)$/, "$1");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Named rows first, by bytes; then the other classes. */
export function namedRows(summary: Summary, by: "product" | "family"): NamedRow[] {
  const nameOf = rowNames(summary, by);
  const rows = new Map<string, { name: string; class: FlowClass; hows: Map<string, number> } & TrafficSum>();
  for (const group of summary.groups) {
    const name = nameOf(group);
    const row = rows.get(name) ?? { name, class: group.class, hows: new Map(), ...noTraffic() };
    addTraffic(row, group);
    const how = group.evidence ?? "";
    row.hows.set(how, (row.hows.get(how) ?? 0) + group.bytes);
    rows.set(name, row);
  }
  const rank = (row: { readonly class: FlowClass }) => FLOW_CLASSES.indexOf(row.class);
  return [...rows.values()]
    .sort((a, b) => rank(a) - rank(b) || b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .map(({ hows, ...row }) => {
      const [[first], ...others] = [...hows].sort(([, x], [, y]) => y - x);
      return { ...row, how: others.length > 0 ? `${first} +` : first };
    });
}
