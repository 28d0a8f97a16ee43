/** Totals per product and per family, derived from buckets of traffic. */
import { sharingCandidates } from "../../evidence/attribution/attribution.ts";
import { type Attribution, EVIDENCE_GRADES, type Evidence } from "../../evidence/attribution/evidence.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import { earlier, later, type Moment } from "../../net/moment.ts";
import { formatRfc3339 } from "../../net/rfc3339.ts";
import type { FamilySummary, FlowShare, ProductSummary, Share } from "./summary.ts";
import type { TrafficBucket } from "./traffic-totals.ts";

/** A share that is being added up. */
class ShareTotal {
  sole = 0;
  estimate = 0;
  possible = 0;

  /** Rounded to thousandths: the sum of thirds of bytes has no exact end. */
  toShare(): Share {
    return { sole: this.sole, estimate: Math.round(this.estimate * 1000) / 1000, possible: this.possible };
  }
}

class GroupTotal {
  soleFlows = 0;
  possibleFlows = 0;
  readonly packets = new ShareTotal();
  readonly bytes = new ShareTotal();

  /** Adds flows that may be the group's. `part` is what it takes of them in the estimate, 0 to 1. */
  add(bucket: TrafficBucket, isSole: boolean, part: number): void {
    const bytes = bucket.bytes;
    this.possibleFlows += bucket.flows;
    this.packets.possible += bucket.packets;
    this.bytes.possible += bytes;
    this.packets.estimate += bucket.packets * part;
    this.bytes.estimate += bytes * part;
    if (!isSole) return;
    this.soleFlows += bucket.flows;
    this.packets.sole += bucket.packets;
    this.bytes.sole += bytes;
  }

  get flows(): FlowShare {
    return { sole: this.soleFlows, possible: this.possibleFlows };
  }
}

class ProductTotal extends GroupTotal {
  readonly bytesByEvidence = Object.fromEntries(EVIDENCE_GRADES.map((grade) => [grade, 0])) as Record<
    Evidence,
    number
  >;
  bytesFromOriginator = 0;
  bytesFromResponder = 0;
  first: Moment | null = null;
  last: Moment | null = null;
  readonly ports = new Set<string>();
}

/** Adds buckets up per product and family. */
export class ProductTotals {
  readonly #products = new Map<Product, ProductTotal>();
  readonly #families = new Map<string, GroupTotal>();

  /** Adds the traffic of a bucket: shared among the candidates, or possible only where the flows are given to none. */
  add(bucket: TrafficBucket, attribution: Attribution): void {
    const { candidates, evidence, reason } = attribution;
    if (evidence === null) return;
    const sharing = reason === null ? sharingCandidates(candidates, bucket.eraSeconds) : [];
    const isSole = reason === null && candidates.length === 1;
    const port = bucket.port === null ? null : `${bucket.transport === 0 ? "tcp" : "udp"}/${bucket.port}`;
    for (const product of candidates) {
      const total = entry(this.#products, product, () => new ProductTotal());
      total.add(bucket, isSole, sharing.includes(product) ? 1 / sharing.length : 0);
      total.bytesByEvidence[evidence] += bucket.bytes;
      total.bytesFromOriginator += bucket.bytesFromOriginator;
      total.bytesFromResponder += bucket.bytesFromResponder;
      total.first = earlier(total.first, bucket.first);
      total.last = later(total.last, bucket.last);
      if (port !== null) total.ports.add(port);
    }
    const families = new Set(candidates.map(({ family }) => family));
    for (const family of families) {
      const total = entry(this.#families, family, () => new GroupTotal());
      const members = sharing.filter((product) => product.family === family).length;
      total.add(bucket, reason === null && families.size === 1, members / Math.max(sharing.length, 1));
    }
  }

  /** By estimated bytes, then name. `timeDigits`: digits of a second in the times. */
  products(timeDigits: number): ProductSummary[] {
    const time = (moment: Moment | null) =>
      moment === null ? null : formatRfc3339(moment.seconds, moment.nanoseconds, timeDigits);
    const summaries = [...this.#products].map(([product, total]) => ({
      product: product.name,
      kind: product.kind,
      family: product.family,
      retired: product.retired?.date ?? null,
      flows: total.flows,
      packets: total.packets.toShare(),
      bytes: total.bytes.toShare(),
      bytesByEvidence: total.bytesByEvidence,
      bytesFromOriginator: total.bytesFromOriginator,
      bytesFromResponder: total.bytesFromResponder,
      firstSeen: time(total.first),
      lastSeen: time(total.last),
      ports: [...total.ports],
    }));
    return summaries.sort((a, b) => b.bytes.estimate - a.bytes.estimate || compareText(a.product, b.product));
  }

  /** By estimated bytes, then name. */
  families(): FamilySummary[] {
    const summaries = [...this.#families].map(([family, total]) => ({
      family,
      flows: total.flows,
      packets: total.packets.toShare(),
      bytes: total.bytes.toShare(),
    }));
    return summaries.sort((a, b) => b.bytes.estimate - a.bytes.estimate || compareText(a.family, b.family));
  }
}

/** Order by code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
