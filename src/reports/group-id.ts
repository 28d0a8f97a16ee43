/** Defines a group of flows and its id (docs/contract.md, "Groups"). */
import { createHash } from "node:crypto";
import type { Attribution } from "../evidence/attribution/evidence.ts";
import type { PortMatch, ServiceTable } from "../knowledge/port-list/service-table.ts";

/** Hexadecimal digits of an id: with a million groups, the chance of a collision is one in forty million. */
const ID_LENGTH = 16;

/** The service that a group of flows uses. */
export interface GroupService {
  readonly transport: "tcp" | "udp";
  /** Ports as written in the list's rows ("443", "16384–16403"), or null if no row matches. */
  readonly ports: string | null;
  /** The list's name of the service ("https"), or null. */
  readonly name: string | null;
}

/** What the flows of one group have in common. */
export interface GroupKey {
  readonly attribution: Attribution;
  readonly match: PortMatch;
  readonly transport: 0 | 1;
}

/** The description of a group, identical in every capture. Owned by the caller. */
export function groupOf({ attribution, match, transport }: GroupKey, services: ServiceTable) {
  const names = (products: readonly { readonly name: string }[]) => products.map(({ name }) => name);
  return {
    class: attribution.class,
    products: names(attribution.products),
    candidates: names(attribution.candidates),
    offList: names(attribution.offList),
    hints: names(attribution.hints),
    label: attribution.label?.name ?? null,
    reason: attribution.reason,
    evidence: attribution.evidence,
    service: serviceOf(transport, match),
    rows: match.rows.map((row) => services.rows.indexOf(row) + 1),
    protocol: attribution.protocol,
    protocolSeen: attribution.protocolSeen,
    unverified: attribution.isUnverified,
    elsewhere: attribution.isElsewhere,
  };
}

/** The id of a group. */
export function groupIdOf(group: GroupKey, services: ServiceTable): string {
  return idOf(groupOf(group, services));
}

/** The id, computed from the result of `groupOf`. */
export function idOf(common: ReturnType<typeof groupOf>): string {
  return createHash("sha256").update(JSON.stringify(common)).digest("hex").slice(0, ID_LENGTH);
}

/** The service that the rows of a port name; the name in a wide row is that of its first port only. */
function serviceOf(transport: 0 | 1, { rows, match }: PortMatch): GroupService {
  const names = match === "specific" ? rows.map(({ serviceName }) => serviceName) : [];
  const name = names.find((text) => text !== "" && text !== "—");
  return {
    transport: transport === 0 ? "tcp" : "udp",
    ports: rows.length === 0 ? null : [...new Set(rows.map(({ portText: text }) => text))].join(", "),
    name: name ?? null,
  };
}
