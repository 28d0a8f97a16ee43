/**
 * Lookup table of the list, consulted for every flow: (transport, port) -> the list's answer.
 *
 * One `Uint16Array` of 65,536 entries per transport holds the index of an interned answer for each port (there are about 150
 * different ones), so a lookup is two loads and allocates nothing. Construction sweeps over the ends of the rows' ranges, not
 * over ports times rows.
 */

import { PORTS } from "../../net/port-numbers.ts";
import type { PortRange } from "./port-cell.ts";
import { countPorts } from "./port-cell.ts";
import type { Product, ProductFamily } from "./product.ts";
import type { RowProtocols } from "./row-protocols.ts";
import type { ServiceRow } from "./service-row.ts";

/** 0 is TCP, 1 is UDP. */
export type TransportIndex = 0 | 1;

/** The list's answer for one port. Interned: the same answer is the same object. */
export interface PortMatch {
  /** The deciding rows, in list order: the specific ones if there are any, else the wide ones. */
  readonly rows: readonly ServiceRow[];
  /** Their products, each once, in row order. Empty if the rows name none. */
  readonly products: readonly Product[];
  /** `none`: no row of the list covers the port. */
  readonly match: "specific" | "wide" | "none";
}

/** How specific a port is: 2 a row of single ports, 1 a range of at most 100 ports, 0 a wide range or no row at all. */
export type PortSpecificity = 0 | 1 | 2;

const NO_MATCH: PortMatch = Object.freeze({ rows: [], products: [], match: "none" });

/** The list's answer for a flow whose service port is unknown: nothing. */
export const NO_SERVICE_SIDE: PortMatch = Object.freeze({ rows: [], products: [], match: "none" });

/** The whole list. Immutable after construction; safe to share. */
export class ServiceTable {
  /** In list order; the user's own rows are in the place of the rows that they override, otherwise at the end. */
  readonly rows: readonly ServiceRow[];
  /** Products of the catalogue, then products that only the user's own rows name. */
  readonly products: readonly Product[];
  /** Products of the catalogue that no row names, but only names, service types and processes do. */
  readonly offListProducts: readonly Product[];
  readonly families: readonly ProductFamily[];
  /** Date of the newest source that the package's data cite: "2026-11". */
  readonly dataDate: string;
  readonly #byName: ReadonlyMap<string, Product>;
  readonly #protocols: ReadonlyMap<ServiceRow, RowProtocols>;
  // Per transport, so that even 65,535 ports with distinct answers fit the 16 bits of the index.
  readonly #matches: readonly [PortMatch[], PortMatch[]] = [[NO_MATCH], [NO_MATCH]];
  readonly #matchIndex = [new Uint16Array(PORTS), new Uint16Array(PORTS)] as const;
  readonly #specificity = new Uint8Array(2 * PORTS);
  /** Whether the index was built: it is built on the first query for a port, as queries for rows and names do not need it. */
  #isFilled = false;

  /**
   * @param byName lower-cased name or alias -> product, for all of `products` and for off-list products
   * @param protocols known protocols of some of the rows
   */
  constructor(
    rows: readonly ServiceRow[],
    products: readonly Product[],
    families: readonly ProductFamily[],
    byName: ReadonlyMap<string, Product>,
    dataDate: string,
    protocols: ReadonlyMap<ServiceRow, RowProtocols> = new Map(),
  ) {
    this.dataDate = dataDate;
    this.#protocols = protocols;
    this.rows = Object.freeze([...rows]);
    this.products = Object.freeze([...products]);
    const offList = [...byName.values()].filter(({ isListed }) => !isListed);
    this.offListProducts = Object.freeze([...new Set(offList)]);
    this.families = Object.freeze([...families]);
    this.#byName = byName;
  }

  /**
   * Returns the list's answer for a service port. No allocation.
   *
   * @param port 0 to 65535; null if the serving side is unknown
   */
  lookup(transport: TransportIndex, port: number | null): PortMatch {
    if (port === null) return NO_SERVICE_SIDE;
    if (!this.#isFilled) this.#fillAll();
    return this.#matches[transport][this.#matchIndex[transport][port]];
  }

  /** How likely a port is the service port of its flow: see {@link PortSpecificity}. */
  specificity(transport: TransportIndex, port: number): PortSpecificity {
    if (!this.#isFilled) this.#fillAll();
    return this.#specificity[transport * PORTS + port] as PortSpecificity;
  }

  /** Specificity of each TCP port, then of each UDP port. Borrowed. */
  get specificities(): Readonly<Uint8Array> {
    if (!this.#isFilled) this.#fillAll();
    return this.#specificity;
  }

  /** Whether any row, including wide ones, covers the port. */
  isListed(transport: TransportIndex, port: number): boolean {
    if (!this.#isFilled) this.#fillAll();
    return this.#matchIndex[transport][port] !== 0;
  }

  /**
   * The list's service name for this port, or `null`. The name of a range belongs to its first port only ("irdmi" is 8000,
   * not 8443); "A - B" names the first and the last.
   */
  serviceName(transport: TransportIndex, port: number): string | null {
    let narrowest = Number.POSITIVE_INFINITY;
    let found: string | null = null;
    for (const row of this.lookup(transport, port).rows) {
      const width = countPorts(row.ports);
      const name = width < narrowest ? nameOfPort(row, port) : null;
      if (name !== null) {
        narrowest = width;
        found = name;
      }
    }
    return found;
  }

  /** The product with a canonical name or alias, ignoring case, or `null`; includes off-list products. */
  product(name: string): Product | null {
    return this.#byName.get(name.toLowerCase()) ?? null;
  }

  /** Protocols of a row's genuine traffic; null for the user's own rows. */
  protocolsOf(row: ServiceRow): RowProtocols | null {
    return this.#protocols.get(row) ?? null;
  }

  #fillAll(): void {
    this.#isFilled = true;
    this.#fill(0);
    this.#fill(1);
  }

  #fill(transport: TransportIndex): void {
    const starts = new Map<number, number[]>();
    const ends = new Map<number, number[]>();
    for (const [index, row] of this.rows.entries()) {
      if (row.transport === (transport === 0 ? "udp" : "tcp")) continue;
      for (const { first, last } of row.ports) {
        addTo(starts, first, index);
        addTo(ends, last + 1, index);
      }
    }
    const bounds = [...new Set([...starts.keys(), ...ends.keys()])].sort((a, b) => a - b);
    const matches = this.#matches[transport];
    const open = new Set<number>();
    const interned = new Map<string, number>();
    for (const [position, bound] of bounds.entries()) {
      for (const index of ends.get(bound) ?? []) open.delete(index);
      for (const index of starts.get(bound) ?? []) open.add(index);
      if (open.size === 0) continue;
      const deciding = decidingRows([...open].sort((a, b) => a - b).map((index) => this.rows[index]));
      const key = deciding.map((row) => this.rows.indexOf(row)).join();
      let match = interned.get(key);
      if (match === undefined) {
        match = matches.push(matchOf(deciding)) - 1;
        interned.set(key, match);
      }
      const end = bounds[position + 1];
      this.#matchIndex[transport].fill(match, bound, end);
      const ports = this.#specificity.subarray(transport * PORTS, (transport + 1) * PORTS);
      ports.fill(specificityOf(matches[match].rows, bound), bound, end);
    }
  }
}

function addTo(map: Map<number, number[]>, key: number, value: number): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Selects the deciding rows among those that cover a port: specific rows override wide ones. */
function decidingRows(covering: readonly ServiceRow[]): readonly ServiceRow[] {
  const specific = covering.filter((row) => row.match === "specific");
  return specific.length > 0 ? specific : covering;
}

/** The answer for the deciding rows. */
function matchOf(rows: readonly ServiceRow[]): PortMatch {
  const products = new Set(rows.flatMap((row) => row.products.map(({ product }) => product)));
  return Object.freeze({
    rows: Object.freeze(rows),
    products: Object.freeze([...products]),
    match: rows.some((row) => row.match === "specific") ? "specific" : "wide",
  });
}

function specificityOf(rows: readonly ServiceRow[], port: number): PortSpecificity {
  let best: PortSpecificity = 0;
  for (const row of rows) {
    if (row.match === "wide") continue;
    const { first, last } = rangeWith(row.ports, port);
    if (first === last) return 2;
    best = 1;
  }
  return best;
}

function rangeWith(ports: readonly PortRange[], port: number): PortRange {
  return ports.find(({ first, last }) => first <= port && port <= last) ?? ports[0];
}

function nameOfPort(row: ServiceRow, port: number): string | null {
  const first = row.ports[0].first;
  const last = row.ports[row.ports.length - 1].last;
  const [name, lastName] = row.serviceName.split(" - ");
  if (port === last && lastName !== undefined) return lastName;
  if (port !== first) return null;
  // "connected, —" names the first port and means that the others have no name.
  const firstName = name.replace(/,\s*—$/, "");
  return firstName === "—" || firstName === "" ? null : firstName;
}
