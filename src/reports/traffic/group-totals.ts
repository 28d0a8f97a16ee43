/** Totals by group of flows (docs/contract.md, "Groups"): derived from buckets of traffic. */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import type { PortMatch, ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { earlier, later, type Moment } from "../../net/moment.ts";
import { PORTS } from "../../net/port-numbers.ts";
import { formatRfc3339 } from "../../net/rfc3339.ts";
import { groupOf, idOf } from "../group-id.ts";
import { compareText } from "./compare-text.ts";
import { BytesBy } from "./most-bytes.ts";
import type { GroupSummary } from "./summary.ts";
import { addTraffic, noTraffic } from "./traffic-sum.ts";
import type { TrafficBucket } from "./traffic-totals.ts";

/** One group while it is added up. */
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
  /** Bytes of flows with a known Apple device at an end. */
  appleDeviceBytes = 0;
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
    this.appleDeviceBytes += bucket.appleDeviceBytes;
    this.first = earlier(this.first, bucket.first);
    this.last = later(this.last, bucket.last);
    if (bucket.port !== null) this.ports.add(portKey(bucket.transport, bucket.port), bucket.bytes);
    if (bucket.names !== null) this.names.addAll(bucket.names);
  }
}

/** Adds up buckets by group. */
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
    // A port without a row is equivalent to no port.
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

  /** All groups, unordered. Borrowed. */
  all(): readonly GroupTotal[] {
    return [...this.#groups.values()].flatMap((byTransport) =>
      byTransport.flatMap((groups) => [...groups.values()]),
    );
  }

  /** Sorted by bytes, largest first, then id. `timeDigits`: digits of the fraction of a second in times. */
  summaries(timeDigits: number): GroupSummary[] {
    return this.all()
      .map((group) => this.#summarize(group, timeDigits))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.id, b.id));
  }

  #summarize(group: GroupTotal, timeDigits: number): GroupSummary {
    const { traffic } = group;
    const time = (moment: Moment | null) =>
      moment === null ? null : formatRfc3339(moment.seconds, moment.nanoseconds, timeDigits);
    const common = groupOf(group, this.#services);
    return {
      id: idOf(common),
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

/** Encodes a transport and a port as one number. */
function portKey(transport: 0 | 1, port: number): number {
  return transport * PORTS + port;
}

/** Formats a key: "tcp/443". */
export function portText(key: number): string {
  return key < PORTS ? `tcp/${key}` : `udp/${key - PORTS}`;
}
