/**
 * Collects what a capture showed to be needed: the rows and ports of its flows. A flow counts for the products that
 * evidence names; if only the server is known to be Apple's, or only a specific row matches, for the products of the
 * row. Then the whole row is needed, since the list gives it as a unit (a call uses any of 3478-3497). Of a wide row,
 * and of ports that no row lists for the product, only the ports seen are needed.
 */

import type { OffListNeed } from "../knowledge/port-list/off-list-ports.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceRow } from "../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";

/** The input for one flow; a `FlowReport` satisfies it. */
export interface SeenFlow {
  readonly transport: "tcp" | "udp";
  readonly servicePort: number | null;
  /** The flow's class: `identified`, `apple`, `listed` and so on. */
  readonly class: string;
  /** Canonical names of the products that evidence names. */
  readonly products: readonly string[];
  /** Canonical names of the products that the port alone allows. */
  readonly candidates: readonly string[];
}

/** Stands for flows to Apple's servers on a port that no row has. */
const APPLE_SERVERS: Product = {
  name: "a server of Apple's, product unknown",
  aliases: [],
  kind: "apple",
  role: "service",
  family: "",
  begun: null,
  ended: null,
  begunAtSeconds: null,
  closedAtSeconds: null,
  isListed: false,
};

/**
 * Collects the needs of flows; query it once all are added.
 *
 * @example
 * ```ts
 * import { flows, loadPortList } from "appleflow";
 * import { CaptureNeeds, loadPortNeeds, planRules } from "appleflow/firewall";
 *
 * const table = loadPortList();
 * const seen = new CaptureNeeds(table);
 * for await (const flow of flows(["office.pcapng"], { services: table })) seen.add(flow);
 * const plan = planRules({
 *   table,
 *   needs: { ...loadPortNeeds(table), offList: seen.offList },
 *   subject: "what the flows of office.pcapng used",
 *   products: seen.products,
 *   isWanted: (row, product) => seen.isSeen(row, product),
 * });
 * ```
 */
export class CaptureNeeds {
  readonly #table: ServiceTable;
  readonly #products = new Set<Product>();
  readonly #rows = new Map<ServiceRow, Set<Product>>();
  readonly #offList = new Map<string, OffListNeed>();

  constructor(table: ServiceTable) {
    this.#table = table;
  }

  /** Adds the needs of a flow; the flow is not kept. */
  add(flow: SeenFlow): void {
    const { transport, servicePort } = flow;
    if (servicePort === null) return;
    const { rows } = this.#table.lookup(transport === "tcp" ? 0 : 1, servicePort);
    for (const product of this.#productsOf(flow, rows)) {
      this.#products.add(product);
      const naming = rows.filter(
        (row) => row.match === "specific" && row.products.some((named) => named.product === product),
      );
      for (const row of naming) {
        const known = this.#rows.get(row);
        if (known === undefined) this.#rows.set(row, new Set([product]));
        else known.add(product);
      }
      if (naming.length === 0) this.#addOffList(product, transport, servicePort);
    }
  }

  /** Products of the flows, in order of first appearance. */
  get products(): ReadonlySet<Product> {
    return this.#products;
  }

  /** Whether a flow of the product went to a port of the row. */
  isSeen(row: ServiceRow, product: Product): boolean {
    return this.#rows.get(row)?.has(product) ?? false;
  }

  /** Ports of flows that the list does not give their products, by port and product. */
  get offList(): readonly OffListNeed[] {
    const keys = [...this.#offList.keys()].sort();
    return keys.flatMap((key) => this.#offList.get(key) ?? []);
  }

  #productsOf(flow: SeenFlow, rows: readonly ServiceRow[]): readonly Product[] {
    const { class: flowClass, products, candidates } = flow;
    if (flowClass === "identified") return this.#named(products);
    if (flowClass === "listed") return this.#named(candidates);
    if (flowClass !== "apple") return [];
    const specific = rows.filter(({ match }) => match === "specific");
    const listed = specific.flatMap((row) => row.products.map(({ product }) => product));
    const own = [...new Set(listed)].filter(({ kind }) => kind === "apple");
    return own.length > 0 ? own : [APPLE_SERVERS];
  }

  #named(names: readonly string[]): readonly Product[] {
    return names.flatMap((name) => this.#table.product(name) ?? []);
  }

  #addOffList(product: Product, transport: "tcp" | "udp", port: number): void {
    this.#offList.set(`${transport} ${String(port).padStart(5, "0")} ${product.name}`, {
      product,
      portText: String(port),
      ports: [{ first: port, last: port }],
      transport,
      directions: ["outbound"],
      reason: "seen in the capture",
    });
  }
}
