/** One finished flow as a user gets it: these types are a line of `appleflow flows --format ndjson`. */
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

/** One side of a flow: the address as text, of IPv6 as RFC 5952 writes it. */
export interface FlowEndpoint {
  readonly address: string;
  readonly port: number;
}

/** A number for each direction, by who sent. */
export interface Directions {
  readonly originator: number;
  readonly responder: number;
}

/** A flow as a user gets it: a bidirectional five-tuple, what it carried, and whose it may be. */
export interface FlowReport {
  readonly transport: "tcp" | "udp";
  readonly originator: FlowEndpoint;
  readonly responder: FlowEndpoint;
  /**
   * The port that names the service: the responder's, but for FTP's active data connections. null where nothing says
   * which side serves (`orientation` "unknown").
   */
  readonly servicePort: number | null;
  readonly orientation: OrientationName;
  /** Times of the first and last packet; null where the capture has no times. */
  readonly start: string | null;
  readonly end: string | null;
  readonly packets: Directions;
  readonly bytes: Directions;
  /** null for UDP. */
  readonly tcp: TcpState | null;
  /** What the payload speaks; null where that was not recognised. */
  readonly protocol: Protocol | null;
  /** How it is known whose the flow is. */
  readonly class: FlowClass;
  /** The products that evidence names: the flow is one of these. Empty unless the class is `identified`. */
  readonly products: readonly string[];
  /** The products that the port alone allows; empty unless the class is `listed` or `range`. */
  readonly candidates: readonly string[];
  /** Products that something in the payload hints at. */
  readonly hints: readonly string[];
  /** What decided; null for `listed`, `range` and `unlisted`, and for the reason `other-protocol`. */
  readonly evidence: Evidence | null;
  /** Those of `products` that the list does not have on this port. */
  readonly offList: readonly string[];
  /** Class `other`: what any vendor's software does on this port ("TLS websites"), or null. */
  readonly label: string | null;
  /** Why it is of class `other` or `unlisted`; null for the others. */
  readonly reason: ClassReason | null;
  /** The capture's DNS gave other addresses for the name that the flow claims. */
  readonly unverified: boolean;
  /** The flow that announced this one, by its Community ID; null: none did. */
  readonly announcedBy: string | null;
  /** The name that the originator asked the server by (TLS, QUIC, HTTP). Hostile text: escape where it is shown. */
  readonly serverName: string | null;
  /** The process that the capture names for the flow. Hostile text, too. */
  readonly process: string | null;
  /** The devices at both ends, by their ids in a summary; null where they are not told apart. */
  readonly originatorDevice: string | null;
  readonly responderDevice: string | null;
  /** Community ID v1 with seed 0. */
  readonly communityId: string;
  /**
   * Only with an active timeout: whether the flow goes on in a later record. Then `start`, `end`, `packets` and `bytes` are of
   * this record alone, and the rest is what was known of the flow by then.
   */
  readonly continues?: boolean;
}

/** A part of a flow that lives long: what it moved since it was told of. A number for each side, A and B. */
export interface FlowPart {
  /** Its first packet; null where that is the flow's. */
  readonly first: Moment | null;
  /** Packets and bytes that were told before. */
  readonly toldPackets: readonly [number, number];
  readonly toldBytes: readonly [number, number];
  readonly continues: boolean;
}

/** What of a flow is described; an `AttributedFlow` is one. */
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
 * Describes a flow (borrowed for the call), what was seen of it and what came of that. `timeDigits`: digits of a second in its
 * times; `part`: the part of it that is meant, null for all. Owned by the caller.
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
  const packets = (side: number) => flow.packets(side) - (part?.toldPackets[side] ?? 0);
  const bytes = (side: number) => flow.bytes(side) - (part?.toldBytes[side] ?? 0);
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

/** The Community ID of a flow (borrowed for the call). Side A of a flow is the smaller (address, port): the order that the Community ID wants. */
export function communityIdOf(flow: FlowView): string {
  return communityId(
    flow.transport === Transport.TCP ? "tcp" : "udp",
    { address: flow.addressBytes(Side.A), port: flow.port(Side.A) },
    { address: flow.addressBytes(Side.B), port: flow.port(Side.B) },
  );
}
