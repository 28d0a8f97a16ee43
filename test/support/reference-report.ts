/** The expected report of `appleflow flows` on a flow of the reference model (docs/contract.md, "Flow"). */
import { createHash } from "node:crypto";
import type { ServiceTable } from "../../src/knowledge/port-list/service-table.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { addressBytes } from "../../src/testing/builders/packet-layer.ts";
import { attribute, orient } from "./reference-attribution.ts";
import { isAccepting, isFinal, isOpening, nameOf, type ReferenceFlow, timesOf } from "./reference-flows.ts";
import type { Endpoint } from "./traffic.ts";

const SECOND = 1_000_000_000n;

/** A flow as the program must report it, with nine digits of a second. */
export function reportOf(flow: ReferenceFlow, table: ServiceTable): FlowReport {
  const { originator, responder, service, rule } = orient(flow, table);
  const { transport } = flow[0];
  const servicePort = rule === "unknown" ? null : service.port;
  const { class: flowClass, candidates, reason } = attribute(table, transport, servicePort);
  const times = timesOf(flow);
  const sent = (by: Endpoint) => flow.filter(({ source }) => nameOf(source) === nameOf(by));
  const bytes = (by: Endpoint) => sent(by).reduce((sum, { length }) => sum + length, 0);
  return {
    transport,
    originator: { ...originator },
    responder: { ...responder },
    servicePort,
    orientation: rule,
    start: times === null ? null : timeText(times.first),
    end: times === null ? null : timeText(times.last),
    packets: { originator: sent(originator).length, responder: sent(responder).length },
    bytes: { originator: bytes(originator), responder: bytes(responder) },
    tcp: transport === "tcp" ? tcpState(flow) : null,
    protocol: null,
    class: flowClass,
    products: [],
    candidates,
    hints: [],
    evidence: null,
    offList: [],
    label: null,
    reason,
    unverified: false,
    announcedBy: null,
    serverName: null,
    process: null,
    originatorDevice: null,
    responderDevice: null,
    communityId: communityId(flow),
  };
}

/** RFC 3339 with nine digits. */
export function timeText(time: bigint): string {
  const date = new Date(Number(time / SECOND) * 1000);
  return `${date.toISOString().slice(0, 19)}.${(time % SECOND).toString().padStart(9, "0")}Z`;
}

/** The contract lists the states; their definitions are chosen here. */
function tcpState(flow: ReferenceFlow): FlowReport["tcp"] {
  const isReset = ({ flags }: { flags: string }) => flags.includes("R");
  const isBeyondSyn = ({ flags }: { flags: string }) => !flags.includes("S") && !flags.includes("R");
  const isRefused = flow.some((packet, index) => {
    const before = flow.slice(0, index);
    // With SYNs from both sides, the first one opens.
    const asked = before.find(isOpening);
    return (
      isReset(packet) &&
      asked !== undefined &&
      nameOf(asked.source) !== nameOf(packet.source) &&
      !before.some((earlier) => isAccepting(earlier) || isBeyondSyn(earlier))
    );
  });
  if (isRefused) return "refused";
  if (flow.some(isReset)) return "reset";
  if (new Set(flow.filter(isFinal).map(({ source }) => nameOf(source))).size === 2) return "closed";
  if (!flow.some((packet) => isOpening(packet) || isAccepting(packet))) return "midstream";
  return flow.some((packet) => isAccepting(packet) || isBeyondSyn(packet)) ? "established" : "syn";
}

/** Community ID v1, seed 0: the specification's "flow tuple" with the smaller endpoint first, hashed and in base64. */
function communityId(flow: ReferenceFlow): string {
  const { source, destination, transport } = flow[0];
  const encode = ({ address, port }: Endpoint) => ({
    address: Buffer.from(addressBytes(address)),
    port: Buffer.from([port >> 8, port & 0xff]),
  });
  const [one, two] = [encode(source), encode(destination)].sort(
    (a, b) => Buffer.compare(a.address, b.address) || Buffer.compare(a.port, b.port),
  );
  const protocol = Buffer.from([transport === "tcp" ? 6 : 17, 0]);
  const tuple = Buffer.concat([Buffer.alloc(2), one.address, two.address, protocol, one.port, two.port]);
  return `1:${createHash("sha1").update(tuple).digest("base64")}`;
}
