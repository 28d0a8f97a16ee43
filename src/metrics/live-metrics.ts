/**
 * Metrics of `live` as counters and gauges in the Prometheus text format. Every byte counts once, when it is reported,
 * and counters never decrease; bytes whose classification has changed since are a gauge of their own
 * (`appleflow_retold_bytes`).
 */
import type { Counter, Gauge, Registry } from "prom-client";
import type { IntervalReport } from "../engine/interval-report.ts";
import { FLOW_CLASSES } from "../evidence/attribution/evidence.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { PacketClasses } from "../reports/traffic/summary.ts";

type Labels = Readonly<Record<string, string>>;

/** Component that lost packets, and the field that counts them. */
const DROPPED = {
  kernel: "droppedByKernel",
  interface: "droppedByInterface",
  appleflow: "droppedByUs",
} as const satisfies Record<string, keyof IntervalReport>;

/** Label for devices beyond the limit. */
const OTHER_DEVICES = "others";

/** The metrics of one monitoring session. */
export class LiveMetrics {
  readonly #registry: Registry;
  readonly #counters: ReturnType<typeof defineCounters>;
  readonly #gauges: ReturnType<typeof defineGauges>;
  readonly #mostDevices: number;
  /** Devices with a label of their own: the first to be among the busiest. */
  readonly #devices = new Set<string>();
  /** Totals at the last report, by counter and labels. */
  readonly #totals = new Map<Counter, Map<string, number>>();

  /**
   * Loads prom-client, which is an optional dependency.
   *
   * @param mostDevices devices with a label of their own; 0 for no device metrics
   * @throws Error if the package is not installed
   */
  static async create(mostDevices: number): Promise<LiveMetrics> {
    return new LiveMetrics(await import("prom-client"), mostDevices);
  }

  private constructor(client: typeof import("prom-client"), mostDevices: number) {
    this.#registry = new client.Registry();
    this.#counters = defineCounters(client, this.#registry, mostDevices > 0);
    this.#gauges = defineGauges(client, this.#registry);
    this.#mostDevices = mostDevices;
    // A counter that first appears with its value has no rate then.
    for (const name of FLOW_CLASSES) {
      for (const counter of [this.#counters.bytes, this.#counters.packets, this.#counters.flows]) {
        counter.inc({ class: name }, 0);
      }
    }
  }

  /** Media type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Returns all metrics in the Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Adds the report of an interval. */
  update(report: IntervalReport): void {
    const { summary, traffic } = report;
    const { received, dropped, notDecoded, evidenceDropped } = this.#counters;
    this.#gauges.build.set({ version: summary.program.version, data_date: summary.program.dataDate }, 1);
    this.#gauges.liveFlows.set(report.liveFlows);
    this.#gauges.retold.set(traffic.retold);
    this.#grow(received, {}, report.received);
    for (const [by, field] of Object.entries(DROPPED)) {
      const count = report[field];
      if (count !== null) this.#grow(dropped, { by }, count);
    }
    for (const [reason, count] of Object.entries(summary.packets) as [keyof PacketClasses, number][]) {
      if (reason !== "decoded") this.#grow(notDecoded, { reason: snakeCase(reason) }, count);
    }
    for (const [kind, count] of Object.entries(summary.evidenceDropped)) {
      this.#grow(evidenceDropped, { kind: snakeCase(kind) }, count);
    }
    this.#countGroups(report);
    if (this.#mostDevices > 0) this.#countDevices(report);
  }

  /** Sets the verdict of each product that was tried. */
  updateReach({ products }: ReachReport): void {
    const { reach } = this.#gauges;
    reach.reset();
    for (const { product, verdict } of products) {
      if (verdict !== "never-tried") reach.set({ product, verdict }, 1);
    }
  }

  #countGroups({ summary, traffic }: IntervalReport): void {
    const { bytes, packets, flows, products, unattributed } = this.#counters;
    const known = new Map(summary.groups.map((group) => [group.id, group]));
    for (const moved of traffic.groups) {
      const group = known.get(moved.id);
      if (group === undefined) continue;
      const label = { class: group.class };
      bytes.inc(label, moved.bytes);
      packets.inc(label, moved.packets);
      flows.inc(label, moved.flows);
      const how = group.products.length === 1 ? "identified" : "one_of";
      for (const product of group.products) products.inc({ product, how }, moved.bytes);
      if (group.products.length === 0) {
        unattributed.inc({ class: group.class, reason: snakeCase(group.reason ?? "port_only") }, moved.bytes);
      }
    }
  }

  #countDevices({ traffic }: IntervalReport): void {
    const { devices } = this.#counters;
    if (devices === null) return;
    for (const { id, sent, received } of traffic.devices) {
      if (this.#devices.size < this.#mostDevices) this.#devices.add(id);
      const device = this.#devices.has(id) ? id : OTHER_DEVICES;
      devices.inc({ device, direction: "sent" }, sent);
      devices.inc({ device, direction: "received" }, received);
    }
  }

  /** Makes a counter follow an increasing total. */
  #grow(counter: Counter, labels: Labels, total: number): void {
    const totals = this.#totals.get(counter) ?? new Map<string, number>();
    this.#totals.set(counter, totals);
    const key = Object.values(labels).join();
    const before = totals.get(key) ?? 0;
    totals.set(key, Math.max(before, total));
    counter.inc(labels, Math.max(0, total - before));
  }
}

function defineCounters({ Counter }: typeof import("prom-client"), registry: Registry, hasDevices: boolean) {
  const define = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `appleflow_${name}`, help, labelNames, registers: [registry] });
  return {
    received: define("received_packets_total", "Packets that the interfaces handed over."),
    dropped: define("dropped_packets_total", "Packets that were lost, by where they were lost.", "by"),
    notDecoded: define("not_decoded_packets_total", "Packets without ports, by reason.", "reason"),
    evidenceDropped: define("evidence_dropped_total", "Evidence dropped because a table was full.", "kind"),
    bytes: define("bytes_total", "Bytes of packets with ports, as classified.", "class"),
    packets: define("packets_total", "Packets with ports, as classified.", "class"),
    flows: define("flows_total", "Flows that began, as classified.", "class"),
    products: define(
      "product_bytes_total",
      "Bytes that evidence names a product for: alone, or as one of several.",
      "product",
      "how",
    ),
    unattributed: define("unattributed_bytes_total", "Bytes without a named product.", "class", "reason"),
    devices: hasDevices
      ? define("device_bytes_total", "Bytes of devices of the local network.", "device", "direction")
      : null,
  };
}

function defineGauges({ Gauge }: typeof import("prom-client"), registry: Registry) {
  const define = (name: string, help: string, ...labelNames: string[]): Gauge =>
    new Gauge({ name: `appleflow_${name}`, help, labelNames, registers: [registry] });
  return {
    build: define("build_info", "Always 1; the labels say what runs.", "version", "data_date"),
    liveFlows: define("live_flows", "Flows that have not ended."),
    retold: define("retold_bytes", "Bytes in counters that would be counted in another group by now."),
    reach: define("reach", "1 for the verdict of a product whose services were tried.", "product", "verdict"),
  };
}

/** Converts `otherIp`, `not-apple` to label style. */
function snakeCase(name: string): string {
  return name.replace(/-/g, "_").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
