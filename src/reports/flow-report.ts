/** One finished flow as shown to users: these types are a line of `appleflow flows --format ndjson`. */
import type { Announcer } from "../evidence/attribution/announced-flow.ts";
import type { Attribution, ClassReason, Evidence, FlowClass } from "../evidence/attribution/evidence.ts";
import type { FlowFacts } from "../evidence/observation/flow-facts.ts";
import { type FlowView, Side, Transport } from "../flows/flow-view.ts";
import { type OrientationName, orientationName, originatorSide } from "../flows/orientation.ts";
import type { TcpState } from "../flows/tcp-state.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { Protocol } from "../net/application-protocols.ts";
import { type Moment, NO_TIME } from "../net/moment.ts";
import { formatRfc3339 } from "../net/rfc3339.ts";
import { communityId } from "./community-id.ts";

/** One side of a flow; the address is text, IPv6 in the form of RFC 5952. */
export interface FlowEndpoint {
  readonly address: string;
  readonly port: number;
}

/** A number for each direction, by sender. */
export interface Directions {
  readonly originator: number;
  readonly responder: number;
}

/** A flow as shown to users: a bidirectional five-tuple, its traffic, and its attribution. */
export interface FlowReport {
  readonly transport: "tcp" | "udp";
  readonly originator: FlowEndpoint;
  readonly responder: FlowEndpoint;
  /**
   * The port that identifies the service: the responder's, except for active FTP data connections. null if the serving side
   * is unknown (`orientation` "unknown").
   */
  readonly servicePort: number | null;
  readonly orientation: OrientationName;
  /** Times of the first and last packet; null if the capture has no times. */
  readonly start: string | null;
  readonly end: string | null;
  readonly packets: Directions;
  readonly bytes: Directions;
  /** null for UDP. */
  readonly tcp: TcpState | null;
  /** Protocol of the payload; null if not recognised. */
  readonly protocol: Protocol | null;
  /** How the attribution is known. */
  readonly class: FlowClass;
  /** The products that evidence names: the flow is one of these. Empty unless the class is `identified`. */
  readonly products: readonly string[];
  /** The products that the port alone allows; empty unless the class is `listed` or `range`. */
  readonly candidates: readonly string[];
  /** Products that the payload hints at. */
  readonly hints: readonly string[];
  /** The deciding evidence; null for `listed`, `range` and `unlisted`, and for the reason `other-protocol`. */
  readonly evidence: Evidence | null;
  /** The part of `products` that the list does not have on this port. */
  readonly offList: readonly string[];
  /** For class `other`: what software of any vendor does on this port ("TLS websites"), or null. */
  readonly label: string | null;
  /** Why the class is `other` or `unlisted`; null for the others. */
  readonly reason: ClassReason | null;
  /** The capture's DNS answers have other addresses for the name that the flow claims. */
  readonly unverified: boolean;
  /** Community ID of the flow that announced this one, or null. */
  readonly announcedBy: string | null;
  /** Name of the server as requested by the originator (TLS, QUIC, HTTP). Hostile text: escape it in output. */
  readonly serverName: string | null;
  /** Process that the capture records for the flow. Hostile text, too. */
  readonly process: string | null;
  /** Ids in a summary of the devices at both ends; null if they are not distinguished. */
  readonly originatorDevice: string | null;
  readonly responderDevice: string | null;
  /** Community ID v1 with seed 0. */
  readonly communityId: string;
  /**
   * Only with an active timeout: whether the flow continues in a later record. Then `start`, `end`, `packets` and `bytes`
   * cover this record alone; the rest is what was known of the flow at that time.
   */
  readonly continues?: boolean;
}

/** A part of a long-lived flow: its traffic since the last record. A number for each side, A and B. */
export interface FlowPart {
  /** Time of its first packet; null if that is the first of the flow. */
  readonly first: Moment | null;
  /** Packets and bytes of earlier records. */
  readonly reportedPackets: readonly [number, number];
  readonly reportedBytes: readonly [number, number];
  readonly continues: boolean;
}

/** Input of {@link describeFlow}; an `AttributedFlow` is one. */
export interface DescribedFlow {
  readonly flow: FlowView;
  readonly oriented: number;
  readonly servicePort: number | null;
  readonly attribution: Attribution;
  readonly facts: FlowFacts;
  /** The session that announced one of its ports, or null. */
  readonly announcer: Announcer | null;
}

/**
 * Describes a flow (borrowed for the call) and what was found out about it. `timeDigits`: digits of the fraction of a second
 * in times; `part`: the part to describe, null for the whole flow. Owned by the caller.
 */
export function describeFlow(
  { flow, oriented, servicePort, attribution, facts, announcer }: DescribedFlow,
  timeDigits: number,
  deviceAt: (side: number) => string | null,
  part: FlowPart | null = null,
): FlowReport {
  const originator = originatorSide(oriented);
  const responder = 1 - originator;
  const isTcp = flow.transport === Transport.TCP;
  const hasTime = flow.firstSeconds !== NO_TIME;
  const first = part?.first ?? { seconds: flow.firstSeconds, nanoseconds: flow.firstNanoseconds };
  const packets = (side: number) => flow.packets(side) - (part?.reportedPackets[side] ?? 0);
  const bytes = (side: number) => flow.bytes(side) - (part?.reportedBytes[side] ?? 0);
  return {
    transport: isTcp ? "tcp" : "udp",
    originator: { address: flow.address(originator), port: flow.port(originator) },
    responder: { address: flow.address(responder), port: flow.port(responder) },
    servicePort,
    orientation: orientationName(oriented),
    start: hasTime ? formatRfc3339(first.seconds, first.nanoseconds, timeDigits) : null,
    end: hasTime ? formatRfc3339(flow.lastSeconds, flow.lastNanoseconds, timeDigits) : null,
    packets: { originator: packets(originator), responder: packets(responder) },
    bytes: { originator: bytes(originator), responder: bytes(responder) },
    tcp: isTcp ? flow.tcpState : null,
    protocol: attribution.protocol,
    class: attribution.class,
    products: namesOf(attribution.products),
    candidates: namesOf(attribution.candidates),
    hints: namesOf(attribution.hints),
    evidence: attribution.evidence,
    offList: namesOf(attribution.offList),
    label: attribution.label?.name ?? null,
    reason: attribution.reason,
    unverified: attribution.isUnverified,
    announcedBy: announcer?.communityId ?? null,
    serverName: facts.handshake?.serverName ?? null,
    process: facts.process,
    originatorDevice: deviceAt(originator),
    responderDevice: deviceAt(responder),
    communityId: communityIdOf(flow),
    ...(part !== null && { continues: part.continues }),
  };
}

function namesOf(products: readonly Product[]): string[] {
  return products.map(({ name }) => name);
}

/**
 * The Community ID of a flow (borrowed for the call). Side A of a flow has the smaller (address, port), as the Community ID
 * requires.
 */
export function communityIdOf(flow: FlowView): string {
  return communityId(
    flow.transport === Transport.TCP ? "tcp" : "udp",
    { address: flow.addressBytes(Side.A), port: flow.port(Side.A) },
    { address: flow.addressBytes(Side.B), port: flow.port(Side.B) },
  );
}
