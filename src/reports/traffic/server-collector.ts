/** Traffic per server (the address at the serving side), with the names that it was seen under. */
import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import { serviceSide } from "../../flows/orientation.ts";
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import { compareText } from "./compare-text.ts";
import type { ServerSummary } from "./summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "./traffic-sum.ts";
import { nameOf } from "./traffic-totals.ts";

/** Maximum number of servers, each once per class; the others share one row per class. */
const MAX_SERVERS = 65_536;
/** Maximum number of names of one server in one class; bytes of further names have none. */
const MAX_NAMES = 20;

interface ServerTotal extends TrafficSum {
  /** null: the serving side is unknown, or the limit was reached. */
  readonly address: AddressKey | null;
  readonly class: FlowClass;
  readonly names: Map<string, number>;
}

export class ServerCollector implements Collector<readonly ServerSummary[]> {
  #servers = new Map<string, ServerTotal>();
  readonly #limit: number;

  constructor(limit = MAX_SERVERS) {
    this.#limit = limit;
  }

  add({ flow, oriented, servicePort, attribution, facts }: AttributedFlow): void {
    const address = servicePort === null ? null : flow.addressKey(serviceSide(oriented));
    const server = this.#serverOf(address, attribution.class);
    const bytes = flow.bytes(0) + flow.bytes(1);
    addTraffic(server, { flows: 1, packets: flow.packets(0) + flow.packets(1), bytes });
    const name = server.address === null ? null : nameOf(facts);
    if (name === null) return;
    const known = server.names.get(name);
    if (known !== undefined || server.names.size < MAX_NAMES) server.names.set(name, (known ?? 0) + bytes);
  }

  snapshot(): ServerCollector {
    const copy = new ServerCollector(this.#limit);
    copy.#servers = new Map(
      [...this.#servers].map(([key, { names, ...server }]) => [key, { ...server, names: new Map(names) }]),
    );
    return copy;
  }

  /** Sorted by bytes, largest first, then address and class. */
  report(reading: Reading): Steps<readonly ServerSummary[]> {
    return inOneStep(() =>
      [...this.#servers.values()].map((server) => summaryOf(server, reading)).sort(byBytes),
    );
  }

  #serverOf(address: AddressKey | null, flowClass: FlowClass): ServerTotal {
    const key = address === null ? flowClass : `${addressText(address)} ${flowClass}`;
    const known = this.#servers.get(key);
    if (known !== undefined) return known;
    if (address !== null && this.#servers.size >= this.#limit) return this.#serverOf(null, flowClass);
    const server: ServerTotal = { address, class: flowClass, names: new Map(), ...noTraffic() };
    this.#servers.set(key, server);
    return server;
  }
}

function summaryOf(
  { address, class: flowClass, names, flows, packets, bytes }: ServerTotal,
  reading: Reading,
): ServerSummary {
  const sorted = [...names].map(([name, sum]) => ({ name, bytes: sum }));
  sorted.sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name));
  const device = address === null ? null : reading.deviceNameOf(address);
  return {
    server: address === null ? null : formatAddressKey(address),
    class: flowClass,
    device,
    names: sorted,
    flows,
    packets,
    bytes,
  };
}

function byBytes(a: ServerSummary, b: ServerSummary): number {
  return b.bytes - a.bytes || compareText(a.server ?? "", b.server ?? "") || compareText(a.class, b.class);
}
