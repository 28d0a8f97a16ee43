/** Totals per product and per family (docs/contract.md, "Product totals"): derived from groups. */
import type { Evidence } from "../../evidence/attribution/evidence.ts";
import { EVIDENCE_GRADES } from "../../evidence/attribution/evidence.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import { earlier, later, type Moment } from "../../net/moment.ts";
import { formatRfc3339 } from "../../net/rfc3339.ts";
import { compareText } from "./compare-text.ts";
import { type GroupTotal, portText } from "./group-totals.ts";
import { BytesBy } from "./most-bytes.ts";
import type { Claims, FamilySummary, ProductSummary } from "./summary.ts";
import { addTraffic, noTraffic } from "./traffic-sum.ts";

/** Running totals of a product or family. */
class ClaimTotal implements Claims {
  readonly identified = noTraffic();
  readonly oneOf = noTraffic();
  readonly possible = noTraffic();
  readonly possibleOnly = noTraffic();

  /** `isAlone`: all products, or candidates, of the group belong to this row. */
  add({ attribution, traffic }: GroupTotal, isAlone: boolean): void {
    if (attribution.class === "identified") addTraffic(isAlone ? this.identified : this.oneOf, traffic);
    else {
      addTraffic(this.possible, traffic);
      if (isAlone) addTraffic(this.possibleOnly, traffic);
    }
  }

  get claims(): Claims {
    const { identified, oneOf, possible, possibleOnly } = this;
    return { identified, oneOf, possible, possibleOnly };
  }
}

class ProductTotal extends ClaimTotal {
  readonly byEvidence = new Map<Evidence, number>();
  readonly names = new BytesBy<string>();
  readonly ports = new BytesBy<number>();
  offListBytes = 0;
  first: Moment | null = null;
  last: Moment | null = null;

  addGroup(group: GroupTotal, product: Product): void {
    const { attribution, traffic } = group;
    const { evidence, products, candidates, offList } = attribution;
    this.add(group, products.length + candidates.length === 1);
    this.first = earlier(this.first, group.first);
    this.last = later(this.last, group.last);
    this.ports.addAll(group.ports.all);
    if (evidence === null) return;
    this.byEvidence.set(evidence, (this.byEvidence.get(evidence) ?? 0) + traffic.bytes);
    this.names.addAll(group.names.all);
    if (offList.includes(product)) this.offListBytes += traffic.bytes;
  }
}

/** Adds up groups by product and family. */
export class ProductTotals {
  readonly #products = new Map<Product, ProductTotal>();
  readonly #families = new Map<string, ClaimTotal>();

  add(group: GroupTotal): void {
    const { products, candidates } = group.attribution;
    // One of the two lists is empty.
    const claimants = [...products, ...candidates];
    for (const product of claimants) {
      entry(this.#products, product, () => new ProductTotal()).addGroup(group, product);
    }
    const families = new Set(claimants.map(({ family }) => family));
    for (const family of families) {
      entry(this.#families, family, () => new ClaimTotal()).add(group, families.size === 1);
    }
  }

  /** Sorted by named bytes, then possible bytes, then name. `timeDigits`: digits of the fraction of a second in times. */
  products(timeDigits: number): ProductSummary[] {
    const time = (moment: Moment | null) =>
      moment === null ? null : formatRfc3339(moment.seconds, moment.nanoseconds, timeDigits);
    return [...this.#products]
      .map(([product, total]) => ({
        product: product.name,
        kind: product.kind,
        role: product.role,
        family: product.family,
        begun: product.begun?.date ?? null,
        ended: product.ended === null ? null : { date: product.ended.date, how: product.ended.how },
        ...total.claims,
        byEvidence: Object.fromEntries(
          EVIDENCE_GRADES.flatMap((grade) => {
            const bytes = total.byEvidence.get(grade);
            return bytes === undefined ? [] : [[grade, bytes]];
          }),
        ),
        offListBytes: total.offListBytes,
        names: total.names.most().map(({ key, bytes }) => ({ name: key, bytes })),
        ports: total.ports.most().map(({ key }) => portText(key)),
        firstSeen: time(total.first),
        lastSeen: time(total.last),
      }))
      .sort((a, b) => compareClaims(a, b) || compareText(a.product, b.product));
  }

  /** In the same order. */
  families(): FamilySummary[] {
    return [...this.#families]
      .map(([family, total]) => ({ family, ...total.claims }))
      .sort((a, b) => compareClaims(a, b) || compareText(a.family, b.family));
  }
}

/** Orders by named bytes, then possible bytes, largest first. */
export function compareClaims(a: Claims, b: Claims): number {
  const named = ({ identified, oneOf }: Claims) => identified.bytes + oneOf.bytes;
  return named(b) - named(a) || b.possible.bytes - a.possible.bytes;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
