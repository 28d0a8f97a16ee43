/**
 * The service side and the owner of a flow, written from the contract and not from the code: every answer scans the rows of
 * the list, and every flow the list of its packets.
 */
import type { Product } from "../../src/knowledge/port-list/product.ts";
import type { ServiceRow } from "../../src/knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../../src/knowledge/port-list/service-table.ts";
import { isAccepting, isOpening, nameOf, type ReferenceFlow } from "./reference-flows.ts";
import type { Endpoint, TransportName } from "./traffic.ts";

export interface ReferenceOrientation {
  readonly originator: Endpoint;
  readonly responder: Endpoint;
  readonly service: Endpoint;
  readonly rule: "syn" | "syn-ack" | "list" | "multicast" | "lower-port" | "first-packet" | "unknown";
}

export interface ReferenceAttribution {
  readonly class: "listed" | "range" | "unlisted";
  /** Names of products in row order, withdrawn ones last. */
  readonly candidates: readonly string[];
  readonly reason: "port-not-listed" | "no-product-listed" | "side-unknown" | null;
  /** Numbers of the deciding rows, from 1 on. */
  readonly rows: readonly number[];
}

const FTP_DATA = 20;
const SPECIFIC_AT_MOST = 100;
const FIRST_EPHEMERAL = 49_152;

/** docs/contract.md, "Which side is the service". */
export function orient(flow: ReferenceFlow, table: ServiceTable): ReferenceOrientation {
  const { source, destination, transport } = flow[0];
  if (transport === "tcp") {
    const syn = flow.find(isOpening);
    if (syn !== undefined) return handshake(syn.source, syn.destination, "syn");
    const accepting = flow.find(isAccepting);
    if (accepting !== undefined) return handshake(accepting.destination, accepting.source, "syn-ack");
  }
  const serves = (service: Endpoint, rule: ReferenceOrientation["rule"]): ReferenceOrientation => ({
    originator: service === source ? destination : source,
    responder: service,
    service,
    rule,
  });
  const ofSource = specificity(table.rows, transport, source.port);
  const ofDestination = specificity(table.rows, transport, destination.port);
  if (ofSource !== ofDestination) return serves(ofSource > ofDestination ? source : destination, "list");
  const sourceIsGroup = isGroup(flow, source);
  if (sourceIsGroup !== isGroup(flow, destination)) {
    return serves(sourceIsGroup ? source : destination, "multicast");
  }
  if (source.port !== destination.port) {
    const lower = source.port < destination.port ? source : destination;
    return serves(lower, lower.port < FIRST_EPHEMERAL ? "lower-port" : "unknown");
  }
  return serves(destination, "first-packet");
}

function handshake(originator: Endpoint, responder: Endpoint, rule: "syn" | "syn-ack"): ReferenceOrientation {
  return { originator, responder, service: originator.port === FTP_DATA ? originator : responder, rule };
}

/** 2 for a row of one port, 1 for a range of at most 100, 0 otherwise. */
function specificity(rows: readonly ServiceRow[], transport: TransportName, port: number): number {
  const ranges = covering(rows, transport, port)
    .filter(isSpecific)
    .flatMap((row) => row.ports.filter(({ first, last }) => first <= port && port <= last));
  if (ranges.some(({ first, last }) => first === last)) return 2;
  return ranges.length > 0 ? 1 : 0;
}

/** A multicast or broadcast address, or the destination of a broadcast frame. */
function isGroup(flow: ReferenceFlow, { address, port }: Endpoint): boolean {
  if (address.includes(":") ? /^ff..:/i.test(address) : isIpv4Group(address)) return true;
  const name = nameOf({ address, port });
  return flow.some(({ isLinkBroadcast, destination }) => isLinkBroadcast && nameOf(destination) === name);
}

function isIpv4Group(address: string): boolean {
  const first = Number(address.split(".")[0]);
  return address === "255.255.255.255" || (first >= 224 && first <= 239);
}

/** docs/contract.md, "Rows and ranges". `port`: null if the service side is unknown. */
export function attribute(
  table: ServiceTable,
  transport: TransportName,
  port: number | null,
): ReferenceAttribution {
  const nobody = (reason: ReferenceAttribution["reason"], rows: readonly number[]) =>
    ({ class: "unlisted", candidates: [], reason, rows }) as const;
  if (port === null) return nobody("side-unknown", []);
  const all = covering(table.rows, transport, port);
  if (all.length === 0) return nobody("port-not-listed", []);
  const specific = all.filter(isSpecific);
  const rows = specific.length > 0 ? specific : all;
  const numbers = rows.map((row) => table.rows.indexOf(row) + 1);
  const products = [...new Set(rows.flatMap((row) => row.products.map(({ product }) => product)))];
  if (products.length === 0) return nobody("no-product-listed", numbers);
  const isWithdrawn = ({ ended }: Product) => ended?.how === "withdrawn";
  const ordered = [...products.filter((one) => !isWithdrawn(one)), ...products.filter(isWithdrawn)];
  return {
    class: specific.length > 0 ? "listed" : "range",
    candidates: ordered.map(({ name }) => name),
    reason: null,
    rows: numbers,
  };
}

function covering(rows: readonly ServiceRow[], transport: TransportName, port: number): ServiceRow[] {
  return rows.filter(
    (row) =>
      (row.transport === "both" || row.transport === transport) &&
      row.ports.some(({ first, last }) => first <= port && port <= last),
  );
}

function isSpecific(row: ServiceRow): boolean {
  const count = row.ports.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return count <= SPECIFIC_AT_MOST;
}
