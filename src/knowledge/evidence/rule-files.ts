/** Reads the evidence files of the package row by row: hosts, networks, service types and so on. */

import type { DataSources } from "../port-list/data-sources.ts";
import { parsePortCell, parseTransportCell } from "../port-list/port-cell.ts";
import type { Product } from "../port-list/product.ts";
import { badDataLine, parseTabTable, type TabRecord } from "../port-list/tab-table.ts";
import { type BonjourRule, isServiceType } from "./bonjour-rules.ts";
import { DEVICE_SIGN_KINDS, DEVICE_SIGN_STRENGTHS, type DeviceSignRule } from "./device-signs.ts";
import type { DocumentedNetwork } from "./documented-networks.ts";
import { normalizeHostName, parseHostPattern } from "./host-pattern.ts";
import type { HostRule, HostUse } from "./host-rules.ts";
import type { InfrastructureRule } from "./infrastructure-ports.ts";
import { formatIpPrefix, type IpPrefix, parseIpPrefix } from "./ip-prefix.ts";
import type { ProcessRule } from "./process-rules.ts";
import { NOTHING, readProductCell } from "./product-cell.ts";
import { PROTOCOL_SIGNS, type ProtocolSignRule } from "./protocol-signs.ts";
import type { SpecialDomain } from "./special-domains.ts";

/** Columns of `data/hosts.tsv`, */
export const HOST_COLUMNS = ["pattern", "products", "use", "source", "date", "note"] as const;
/** `data/networks.tsv` */
export const NETWORK_COLUMNS = ["prefix", "use", "source", "date", "note"] as const;
/** and `data/documented-networks.tsv`. */
export const DOCUMENTED_COLUMNS = [
  "prefix",
  "transport",
  "ports",
  "products",
  "source",
  "date",
  "note",
] as const;
const BONJOUR_COLUMNS = ["type", "products", "only_apple", "source", "date", "note"] as const;
const PROCESS_COLUMNS = [
  "process",
  "products",
  "acts_for",
  "owner",
  "browser",
  "source",
  "date",
  "note",
] as const;
const SIGN_COLUMNS = ["sign", "value", "products", "source", "date", "note"] as const;
const DOMAIN_COLUMNS = ["domain", "used_by", "anonymised", "source", "date", "note"] as const;
const DEVICE_SIGN_COLUMNS = [
  "kind",
  "value",
  "system",
  "maker",
  "strength",
  "source",
  "date",
  "note",
] as const;
const HARDWARE_COLUMNS = ["prefix"] as const;
/** Source of the hardware address prefixes. */
const HARDWARE_SOURCE = "ieee-manuf";
const HARDWARE_PREFIX = /^[0-9a-f][048c][0-9a-f]{4}$/;
const INFRASTRUCTURE_COLUMNS = ["port", "transport", "service", "source", "date", "note"] as const;
const TRANSPORT_INDICES = { tcp: [0], udp: [1], both: [0, 1] } as const;
const ANYONE = "anyone";
const HOST_USES: readonly HostUse[] = ["any", "dns-only", "ech-public-name"];

/** Parses the prefix of a cell, which must be in canonical form. */
function readPrefix(cell: string, fail: (problem: string) => Error): IpPrefix {
  const prefix = parseIpPrefix(cell);
  if (typeof prefix === "string") throw fail(prefix);
  const canonical = formatIpPrefix(prefix);
  if (canonical !== cell) throw fail(`"${cell}" is written ${canonical}`);
  return prefix;
}

/** Parses a cell with yes or no. */
function yesOrNo(column: string, cell: string, fail: (problem: string) => Error): boolean {
  if (cell !== "yes" && cell !== "no") throw fail(`${column} "${cell}" is neither yes nor no`);
  return cell === "yes";
}

type OriginColumn = "source" | "date" | "note";

/** Reads the files; each method throws InputError `bad_data_file` with file and line for an invalid row. */
export class RuleFiles {
  readonly #product: (name: string) => Product | null;
  readonly #sources: DataSources;
  readonly #cited = new Set<string>();

  /** @param product returns the product of a canonical name or alias, or null */
  constructor(product: (name: string) => Product | null, sources: DataSources) {
    this.#product = product;
    this.#sources = sources;
  }

  /** Keys of the sources that the rows read so far cite. */
  get citedSources(): ReadonlySet<string> {
    return this.#cited;
  }

  hosts(text: string, source: string): readonly HostRule[] {
    return this.#read(text, source, HOST_COLUMNS, "pattern", ({ cells }, products, fail) => {
      const pattern = parseHostPattern(cells.pattern);
      if (typeof pattern === "string") throw fail(pattern);
      const use = HOST_USES.find((known) => known === cells.use);
      if (use === undefined) throw fail(`use "${cells.use}" is not one of ${HOST_USES.join(", ")}`);
      return { pattern, use, products: products(cells.products) };
    });
  }

  networks(text: string, source: string): readonly IpPrefix[] {
    return this.#read(text, source, NETWORK_COLUMNS, "prefix", ({ cells }, _, fail) => {
      if (cells.use === "") throw fail("the use of the prefix is empty");
      return readPrefix(cells.prefix, fail);
    });
  }

  documentedNetworks(text: string, source: string): readonly DocumentedNetwork[] {
    return this.#read(text, source, DOCUMENTED_COLUMNS, "prefix", ({ cells }, products, fail) => {
      const prefix = readPrefix(cells.prefix, fail);
      const transport = parseTransportCell(cells.transport);
      if (transport === null) throw fail(`transport "${cells.transport}" is not one of TCP, UDP, TCP/UDP`);
      const ports = parsePortCell(cells.ports);
      if (typeof ports === "string") throw fail(ports);
      const named = products(cells.products);
      if (named.length === 0) throw fail(`"${cells.prefix}" is documented for no product`);
      return { prefix, transport, ports, products: named };
    });
  }

  serviceTypes(text: string, source: string): readonly BonjourRule[] {
    return this.#read(text, source, BONJOUR_COLUMNS, "type", ({ cells }, products, fail) => {
      if (!isServiceType(cells.type))
        throw fail(`"${cells.type}" is not a service type such as _airplay._tcp`);
      const isAppleOnly = yesOrNo("only_apple", cells.only_apple, fail);
      return { serviceType: cells.type, products: products(cells.products), isAppleOnly };
    });
  }

  processes(text: string, source: string): readonly ProcessRule[] {
    return this.#read(text, source, PROCESS_COLUMNS, "process", ({ cells }, products, fail) => {
      if (cells.process === "" || cells.process.includes("/"))
        throw fail(`"${cells.process}" is not a process name`);
      const actsForOthers = cells.acts_for === "others";
      if (!actsForOthers && cells.acts_for !== "itself") {
        throw fail(`acts_for "${cells.acts_for}" is neither itself nor others`);
      }
      const named = products(cells.products);
      if (actsForOthers && named.length > 0)
        throw fail("a process that acts for others decides nothing: write —");
      const { owner } = cells;
      if (owner !== "apple" && owner !== "other") throw fail(`owner "${owner}" is neither apple nor other`);
      const isBrowser = yesOrNo("browser", cells.browser, fail);
      if (named.length > 0 && (isBrowser || owner === "other"))
        throw fail(`${isBrowser ? "a browser" : "a process of another's"} names no product: write —`);
      return { name: cells.process, products: named, actsForOthers, owner, isBrowser };
    });
  }

  protocolSigns(text: string, source: string): readonly ProtocolSignRule[] {
    return this.#read(text, source, SIGN_COLUMNS, "value", ({ cells }, products, fail) => {
      const sign = PROTOCOL_SIGNS.find((known) => known === cells.sign);
      if (sign === undefined) throw fail(`sign "${cells.sign}" is not one of ${PROTOCOL_SIGNS.join(", ")}`);
      if (cells.value === "") throw fail("the value is empty");
      const named = products(cells.products);
      if (named.length === 0) throw fail(`"${cells.value}" names no product`);
      return { sign, value: cells.value, products: named };
    });
  }

  specialDomains(text: string, source: string): readonly SpecialDomain[] {
    return this.#read(text, source, DOMAIN_COLUMNS, "domain", ({ cells }, _, fail) => {
      const { domain, used_by: user, anonymised } = cells;
      if (normalizeHostName(domain) !== domain) throw fail(`"${domain}" is not a lower-case domain`);
      if (user !== ANYONE && user !== NOTHING)
        throw fail(`used_by "${user}" is neither ${ANYONE} nor ${NOTHING}`);
      if (anonymised !== "below" && anonymised !== "whole" && anonymised !== NOTHING)
        throw fail(`anonymised "${anonymised}" is not one of below, whole, ${NOTHING}`);
      if (user === NOTHING && anonymised === NOTHING) throw fail(`nothing is special about "${domain}"`);
      return { domain, isShared: user === ANYONE, hides: anonymised === NOTHING ? null : anonymised };
    });
  }

  deviceSigns(text: string, source: string): readonly DeviceSignRule[] {
    return this.#read(text, source, DEVICE_SIGN_COLUMNS, "value", ({ cells }, _, fail) => {
      const kind = DEVICE_SIGN_KINDS.find((known) => known === cells.kind);
      if (kind === undefined)
        throw fail(`kind "${cells.kind}" is not one of ${DEVICE_SIGN_KINDS.join(", ")}`);
      const strength = DEVICE_SIGN_STRENGTHS.find((known) => known === cells.strength);
      if (strength === undefined)
        throw fail(`strength "${cells.strength}" is not one of ${DEVICE_SIGN_STRENGTHS.join(", ")}`);
      if (cells.value === "" || cells.maker === "" || cells.system === "")
        throw fail("a value, a maker and a system (or —) are needed");
      const system = cells.system === NOTHING ? null : cells.system;
      return { kind, value: cells.value, system, maker: cells.maker, strength };
    });
  }

  /** 24-bit prefixes as numbers, ascending; without multicast and locally administered addresses. */
  appleHardware(text: string, source: string): readonly number[] {
    this.#cited.add(HARDWARE_SOURCE);
    let before = "";
    return parseTabTable(text, source, { required: HARDWARE_COLUMNS }).map(({ line, cells: { prefix } }) => {
      if (!HARDWARE_PREFIX.test(prefix))
        throw badDataLine(source, line, `"${prefix}" is not a prefix of six hexadecimal digits`);
      if (prefix <= before) throw badDataLine(source, line, `"${prefix}" does not ascend`);
      before = prefix;
      return Number.parseInt(prefix, 16);
    });
  }

  infrastructure(text: string, source: string): readonly InfrastructureRule[] {
    return this.#read(text, source, INFRASTRUCTURE_COLUMNS, "port", ({ cells }, _, fail) => {
      const ports = parsePortCell(cells.port);
      if (typeof ports === "string") throw fail(ports);
      const transport = parseTransportCell(cells.transport);
      if (transport === null) throw fail(`transport "${cells.transport}" is not TCP, UDP or TCP/UDP`);
      if (cells.service === "") throw fail("the service is empty");
      return { ports, transports: TRANSPORT_INDICES[transport] };
    });
  }

  #read<Column extends string, Key extends Column, Rule>(
    text: string,
    source: string,
    columns: readonly (Column | OriginColumn)[],
    key: Key,
    make: (
      record: TabRecord<Column | OriginColumn>,
      products: (cell: string) => readonly Product[],
      fail: (problem: string) => Error,
    ) => Rule,
  ): readonly Rule[] {
    const lines = new Map<string, number>();
    return parseTabTable(text, source, { required: columns }).map((record) => {
      const fail = (problem: string) => badDataLine(source, record.line, problem);
      const name: string = record.cells[key];
      const before = lines.get(name);
      if (before !== undefined) throw fail(`"${name}" is already in line ${before}`);
      lines.set(name, record.line);
      if (record.cells.note === "") throw fail("the note is empty; write — for none");
      for (const cited of this.#sources.check(record, source)) this.#cited.add(cited);
      return make(record, (cell) => readProductCell(cell, (name) => this.#canonical(name), fail), fail);
    });
  }

  #canonical(name: string): Product | null {
    const product = this.#product(name);
    return product?.name === name ? product : null;
  }
}
