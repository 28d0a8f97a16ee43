/** Reads a flood into its reports, and measures it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { reachCollector } from "../../src/engine/reach.ts";
import { loadKnowledge } from "../../src/engine/reading-options.ts";
import { Session } from "../../src/engine/session.ts";
import { writeReach } from "../../src/render/render-reach.ts";
import { writeSummary } from "../../src/render/render-summary.ts";
import { withHosts } from "../../src/reports/traffic/build-summary.ts";
import { HostCollector } from "../../src/reports/traffic/host-collector.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { floodSource } from "./flood-source.ts";
import type { Flood } from "./floods.ts";

/** The cost of a flood. */
export interface FloodFigures {
  readonly packets: number;
  /** CPU per packet, including its generation. */
  readonly microseconds: number;
  /** Peak resident memory of the whole process. */
  readonly residentBytes: number;
  /**
   * Peak memory in use in the first two thirds, and in the rest: objects and buffers, without the kernel's memory, whose size
   * is constant.
   */
  readonly heldBytes: readonly [number, number];
  /** Handshakes and names that were dropped, and evicted flows. */
  readonly dropped: number;
  /** Packets in the class of decoded ones or fragments, of all packets. */
  readonly counted: number;
  /** Characters of the reports as JSON. */
  readonly reportLength: number;
}

const LOOKS = 18;
/** Ten million packets arrive within the idle timeout of an hour, so no flow ends by time alone. */
const PACKETS_PER_SECOND = 50_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Throws if a sum is not exact. `maxFlows`: of the flow table; its default if null. */
export async function examineFlood(
  { write, reports = [], options = {} }: Flood,
  packets: number,
  maxFlows: number | null,
): Promise<FloodFigures> {
  const knowledge = loadKnowledge({});
  const traffic = new TrafficCollector(knowledge.services);
  const hosts = new HostCollector((name) => name);
  const attempts = reachCollector(knowledge);
  const others = { hosts, reach: attempts };
  const limits = maxFlows === null ? {} : { maxFlows };
  const session = new Session(knowledge, { ...options, ...limits }, [
    traffic,
    ...reports.map((name) => others[name]),
  ]);
  const held: [number, number] = [0, 0];
  let looks = 0;
  for await (const _ of session.read(floodSource(packets, PACKETS_PER_SECOND, write))) {
    if (session.records < (packets * (looks + 1)) / LOOKS) continue;
    const part = looks++ < (LOOKS * 2) / 3 ? 0 : 1;
    held[part] = Math.max(held[part], heldBytes());
  }
  const bare = session.report(traffic);
  const summary = reports.includes("hosts") ? withHosts(bare, session.report(hosts)) : bare;
  let reportLength = 0;
  const count = (piece: string) => {
    reportLength += piece.length;
  };
  await writeSummary(summary, { format: "json" }, count);
  const style = { width: 80, colors: false, ascii: false };
  if (reports.includes("reach")) {
    await writeReach(session.report(attempts), { format: "json", by: "product", style }, count);
  }
  const { decoded, fragments } = summary.packets;
  const { evidenceDropped, flows, hosts: byHost, ports } = summary;
  for (const rows of [ports, summary.groups, ...(byHost === undefined ? [] : [byHost])]) {
    const sum = rows.reduce((before, row) => before + row.packets, 0);
    if (sum !== decoded) throw new Error(`${sum} packets in rows, ${decoded} decoded`);
  }
  const { user, system } = process.cpuUsage();
  return {
    packets,
    microseconds: (user + system) / packets,
    heldBytes: held,
    residentBytes: process.resourceUsage().maxRSS * 1024,
    dropped: evidenceDropped.handshakes + evidenceDropped.names + flows.evicted,
    counted: decoded + fragments,
    reportLength,
  };
}
