/**
 * Groups of flows of which the same is known in the same way (docs/contract.md, "Groups"): derived from buckets of traffic.
 */
import { createHash } from "node:crypto";
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import type { PortMatch, ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { earlier, later, type Moment } from "../../net/moment.ts";
import { PORTS } from "../../net/port-numbers.ts";
import { formatRfc3339 } from "../../net/rfc3339.ts";
import { compareText } from "./compare-text.ts";
import { BytesBy } from "./most-bytes.ts";
import type { GroupService, GroupSummary } from "./summary.ts";
import { addTraffic, noTraffic } from "./traffic-sum.ts";
import type { TrafficBucket } from "./traffic-totals.ts";

/** Hexadecimal digits of an id: of a million groups, two share one with a chance of one in forty million. */
const ID_LENGTH = 16;

/** One group that is being added up. */
export class GroupTotal {
  readonly attribution: Attribution;
  readonly match: PortMatch;
  readonly transport: 0 | 1;
  readonly traffic = noTraffic();
  readonly names = new BytesBy<string>();
  /** By transport and port: see `portKey`. */
  readonly ports = new BytesBy<number>();
  bytesFromOriginator = 0;
  bytesFromResponder = 0;
  first: Moment | null = null;
  last: Moment | null = null;

  constructor(attribution: Attribution, match: PortMatch, transport: 0 | 1) {
    this.attribution = attribution;
    this.match = match;
    this.transport = transport;
  }

  add(bucket: TrafficBucket): void {
    addTraffic(this.traffic, bucket);
    this.bytesFromOriginator += bucket.bytesFromOriginator;
    this.bytesFromResponder += bucket.bytesFromResponder;
    this.first = earlier(this.first, bucket.first);
    this.last = later(this.last, bucket.last);
    if (bucket.port !== null) this.ports.add(portKey(bucket.transport, bucket.port), bucket.bytes);
    if (bucket.names !== null) this.names.addAll(bucket.names);
  }
}

/** Adds buckets up per group. */
export class GroupTotals {
  readonly #groups = new Map<Attribution, Map<PortMatch, GroupTotal>[]>();
  readonly #services: ServiceTable;

  constructor(services: ServiceTable) {
    this.#services = services;
  }

  /** Adds a bucket (borrowed for the call) to its group. */
  add(bucket: TrafficBucket): void {
    const { transport, attribution, port } = bucket;
    const found = this.#services.lookup(transport, port);
    // Of a port without a row, and of no port at all, the same is known.
    const match = found.rows.length === 0 ? this.#services.lookup(transport, null) : found;
    let byTransport = this.#groups.get(attribution);
    if (byTransport === undefined) {
      byTransport = [new Map(), new Map()];
      this.#groups.set(attribution, byTransport);
    }
    let group = byTransport[transport].get(match);
    if (group === undefined) {
      group = new GroupTotal(attribution, match, transport);
      byTransport[transport].set(match, group);
    }
    group.add(bucket);
  }

  /** All groups, in no order. Borrowed. */
  all(): readonly GroupTotal[] {
    return [...this.#groups.values()].flatMap((byTransport) =>
      byTransport.flatMap((groups) => [...groups.values()]),
    );
  }

  /** By bytes, then id. `timeDigits`: digits of a second in the times. */
  summaries(timeDigits: number): GroupSummary[] {
    return this.all()
      .map((group) => this.#summarize(group, timeDigits))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.id, b.id));
  }

  #summarize(group: GroupTotal, timeDigits: number): GroupSummary {
    const { attribution, match, traffic } = group;
    const time = (moment: Moment | null) =>
      moment === null ? null : formatRfc3339(moment.seconds, moment.nanoseconds, timeDigits);
    const names = (products: readonly { readonly name: string }[]) => products.map(({ name }) => name);
    const common = {
      class: attribution.class,
      products: names(attribution.products),
      candidates: names(attribution.candidates),
      offList: names(attribution.offList),
      hints: names(attribution.hints),
      label: attribution.label?.name ?? null,
      reason: attribution.reason,
      evidence: attribution.evidence,
      service: serviceOf(group.transport, match),
      rows: match.rows.map((row) => this.#services.rows.indexOf(row) + 1),
      protocol: attribution.protocol,
      protocolSeen: attribution.protocolSeen,
      unverified: attribution.isUnverified,
      elsewhere: attribution.isElsewhere,
    };
    return {
      id: createHash("sha256").update(JSON.stringify(common)).digest("hex").slice(0, ID_LENGTH),
      ...common,
      names: group.names.most().map(({ key, bytes }) => ({ name: key, bytes })),
      ports: group.ports.most().map(({ key }) => portText(key)),
      ...traffic,
      bytesFromOriginator: group.bytesFromOriginator,
      bytesFromResponder: group.bytesFromResponder,
      firstSeen: time(group.first),
      lastSeen: time(group.last),
      devices: null,
    };
  }
}

/** One number for a transport and a port. */
function portKey(transport: 0 | 1, port: number): number {
  return transport * PORTS + port;
}

/** "tcp/443" */
export function portText(key: number): string {
  return key < PORTS ? `tcp/${key}` : `udp/${key - PORTS}`;
}

/** The service that the rows of a port name; a wide row's name is that of its first port alone. */
function serviceOf(transport: 0 | 1, { rows, match }: PortMatch): GroupService {
  const names = match === "specific" ? rows.map(({ serviceName }) => serviceName) : [];
  const name = names.find((text) => text !== "" && text !== "—");
  return {
    transport: transport === 0 ? "tcp" : "udp",
    ports: rows.length === 0 ? null : [...new Set(rows.map(({ portText: text }) => text))].join(", "),
    name: name ?? null,
  };
}
