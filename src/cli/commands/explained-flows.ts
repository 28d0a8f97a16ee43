/** The flows that `--explain` selects: all are counted, those with the most bytes are kept as texts. */
import type { ExplanationTotals } from "../../render/render-explanation.ts";
import { formatBytes } from "../../render/render-units.ts";
import type { FlowReport } from "../../reports/flow-report.ts";
import { addTraffic, noTraffic } from "../../reports/traffic/traffic-sum.ts";
import type { ExplainTarget } from "./explain-target.ts";

/** Maximum number of addresses whose bytes are counted, to name those with the most. */
const MOST_ADDRESSES = 10_000;
/** Alternatives that a message names. */
const MOST_NAMED = 5;

interface KeptFlow {
  readonly bytes: number;
  readonly text: string;
}

/** Counts flows and keeps texts. It holds the texts of at most twice `top` flows: of all of them with `--all`. */
export class ExplainedFlows {
  readonly #target: ExplainTarget;
  readonly #top: number;
  readonly #named = noTraffic();
  readonly #possible = noTraffic();
  /** Bytes by address and by product of flows that do not match, until one matches. */
  readonly #others = { addresses: new Map<string, number>(), products: new Map<string, number>() };
  /** Those with the most bytes so far, and some more; in order of their ends until some were dropped. */
  #kept: KeptFlow[] = [];
  /** Flows with fewer bytes are no longer kept. */
  #least = 0;

  constructor(target: ExplainTarget, top: number) {
    this.#target = target;
    this.#top = top;
  }

  /** Whether to explain the flow; a flow that does not match is counted for the message that nothing matches. */
  isMeant(flow: FlowReport): boolean {
    if (this.#target.isMeant(flow)) return true;
    if (this.totals.flows === 0) this.#note(flow);
    return false;
  }

  /** Adds a matching flow. `explain` is called only if its text may be shown. */
  add(flow: FlowReport, explain: () => string): void {
    const { originator, responder } = flow.packets;
    const bytes = bytesOf(flow);
    const isNamed = this.#target.kind !== "product" || flow.products.includes(this.#target.name);
    const sum = isNamed ? this.#named : this.#possible;
    addTraffic(sum, { flows: 1, packets: originator + responder, bytes });
    if (bytes < this.#least) return;
    this.#kept.push({ bytes, text: explain() });
    if (this.#kept.length >= 2 * this.#top) this.#cut();
  }

  /** Counts of the matching flows. */
  get totals(): ExplanationTotals {
    const all = noTraffic();
    addTraffic(all, this.#named);
    addTraffic(all, this.#possible);
    return { ...all, possible: { ...this.#possible }, shown: Math.min(this.#top, all.flows) };
  }

  /** The explanations of the flows with the most bytes, largest first. */
  texts(): readonly string[] {
    this.#cut();
    return this.#kept.map(({ text }) => text);
  }

  /** The message that nothing matches, with alternatives. `hidesAddresses`: no address may be shown. */
  absenceText(hidesAddresses: boolean): string {
    const { kind, name } = this.#target;
    const { addresses, products } = this.#others;
    switch (kind) {
      case "flow":
        return `no flow has the Community ID ${name}; "appleflow flows" lists them`;
      case "end":
        if (hidesAddresses || addresses.size === 0) return `no flow has the address ${name}`;
        return `no flow has the address ${name}; the most bytes have ${mostText(addresses, true)}`;
      case "product": {
        const absence = `no flow belongs to ${name}, and no flow has a port of it`;
        if (products.size === 0) return `${absence}; evidence names no other product either`;
        return `${absence}; evidence names ${mostText(products, false)}`;
      }
    }
  }

  #note(flow: FlowReport): void {
    const { addresses, products } = this.#others;
    const bytes = bytesOf(flow);
    for (const product of flow.products) products.set(product, (products.get(product) ?? 0) + bytes);
    for (const { address } of [flow.originator, flow.responder]) {
      const before = addresses.get(address);
      if (before !== undefined || addresses.size < MOST_ADDRESSES)
        addresses.set(address, (before ?? 0) + bytes);
    }
  }

  #cut(): void {
    // A stable sort: flows with equal bytes stay in order of their ends.
    this.#kept = this.#kept.sort((a, b) => b.bytes - a.bytes).slice(0, this.#top);
    if (this.#kept.length === this.#top) this.#least = this.#kept[this.#top - 1].bytes + 1;
  }
}

function bytesOf({ bytes }: FlowReport): number {
  return bytes.originator + bytes.responder;
}

/** Those with the most bytes, in words. Bytes of products are not shown, since they overlap if evidence names several. */
function mostText(bytes: ReadonlyMap<string, number>, withBytes: boolean): string {
  const most = [...bytes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const named = most
    .slice(0, MOST_NAMED)
    .map(([text, sum]) => (withBytes ? `${text} (${formatBytes(sum)})` : text));
  const more = most.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
