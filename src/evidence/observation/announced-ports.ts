/**
 * Ports that sessions announced for other flows: by address, port and transport. A flow is an announced one if one end is
 * such an endpoint and the other belongs to the session, as long as the announcement holds. Bounded; dropped announcements are
 * counted.
 */
import { type FlowView, Side, Transport } from "../../flows/flow-view.ts";
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
import { PORTS } from "../../net/port-numbers.ts";
import type { AnnouncedPort, Holding } from "../payload/announcements/announced-port.ts";
import { isPrivate } from "../payload/announcements/written-address.ts";
import type { AnnouncingSession } from "./announcing-session.ts";
import { RecentMap } from "./recent-map.ts";

/** Limits. */
export interface AnnouncedPortLimits {
  readonly endpoints: number;
  /** Sessions that announced the same endpoint. */
  readonly sessionsPerEndpoint: number;
}

const DEFAULT_LIMITS: AnnouncedPortLimits = { endpoints: 16_384, sessionsPerEndpoint: 8 };

/** A data connection of FTP is opened at once, or not at all. */
const CONNECTION_SECONDS = 60;
/** An RTSP session ends a minute after its last sign of life (RFC 2326, 12.37), and its media somewhat later. */
const SESSION_SECONDS = 120;
/** Port from which an FTP server opens its connection (RFC 959, 3.2). */
const FTP_DATA_PORT = 20;
const NANO = 1e-9;

interface Announcement {
  readonly session: AnnouncingSession;
  readonly side: 0 | 1;
  readonly holds: Holding;
  /** Since 1970, or `NO_TIME`. */
  readonly time: number;
}

/** A flow with an announced end. */
export interface AnnouncedEnd {
  readonly session: AnnouncingSession;
  /** The serving side (`Side`) of the flow: the announced one, unless the protocol says otherwise. */
  readonly service: 0 | 1;
  /** The side that opens the flow: the other one, or the same one if the server opens the connection. */
  readonly originator: 0 | 1;
  readonly holds: Holding;
}

export class AnnouncedPorts {
  readonly #limits: AnnouncedPortLimits;
  readonly #endpoints: RecentMap<Announcement[]>;
  /** Whether a port was ever announced: TCP ports, then UDP ports. */
  readonly #seen = new Uint8Array(2 * PORTS);
  #dropped = 0;

  constructor(limits: AnnouncedPortLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
    this.#endpoints = new RecentMap(limits.endpoints);
  }

  /** Announcements dropped because there were too many. */
  get dropped(): number {
    return this.#dropped + this.#endpoints.dropped;
  }

  /** Adds a port that a session announces at `time` or `NO_TIME`. */
  add(session: AnnouncingSession, port: AnnouncedPort, time: number): void {
    const { transport, side, holds } = port;
    const host = session.hosts[side];
    const announcement = { session, side, holds, time };
    const address = port.address ?? host;
    session.addAddress(address);
    this.#addEndpoint(address, port.port, transport, announcement);
    // Behind NAT, only the address of the host itself was seen.
    if (address !== host && isPrivate(address) && !isPrivate(host)) {
      this.#addEndpoint(host, port.port, transport, announcement);
    }
  }

  /** Returns the announced end of a flow (borrowed for the call); null if none was announced. */
  find(flow: FlowView): AnnouncedEnd | null {
    if (this.#endpoints.size === 0) return null;
    const a = this.#at(flow, Side.A);
    const b = this.#at(flow, Side.B);
    if (a === null || b === null) return a ?? b;
    // If both ends were announced, the one announced by the session's server serves.
    return a.session.server === null || isFromServer(a) || !isFromServer(b) ? a : b;
  }

  #at(flow: FlowView, side: 0 | 1): Sided | null {
    const port = flow.port(side);
    if (this.#seen[flow.transport * PORTS + port] === 0) return null;
    const announcements = this.#endpoints.get(endpointKey(flow.addressKey(side), port, flow.transport));
    if (announcements === undefined) return null;
    const otherAddress = flow.addressKey(1 - side);
    const start = flow.firstSeconds === NO_TIME ? NO_TIME : flow.firstSeconds + flow.firstNanoseconds * NANO;
    // The latest announcement counts.
    for (let i = announcements.length - 1; i >= 0; i--) {
      const announcement = announcements[i];
      const { session } = announcement;
      if (
        session.entry === flow.entry ||
        !session.hasAddress(otherAddress) ||
        !isInForceAt(announcement, start)
      )
        continue;
      const { holds, side: announcedFrom } = announcement;
      // The client listens, but the FTP server still serves (docs/contract.md, "Which side is the service").
      const isActive = holds === "connection" && flow.port(1 - side) === FTP_DATA_PORT;
      const other = side === Side.A ? Side.B : Side.A;
      return { session, service: isActive ? other : side, originator: other, holds, announcedFrom };
    }
    return null;
  }

  #addEndpoint(
    address: AddressKey,
    port: number,
    transport: "tcp" | "udp",
    announcement: Announcement,
  ): void {
    const index = transport === "tcp" ? Transport.TCP : Transport.UDP;
    const key = endpointKey(address, port, index);
    const announcements = this.#endpoints.get(key) ?? [];
    const { session, holds } = announcement;
    // A session announces it more than once: in the request and in the answer.
    if (holds !== "connection" && announcements.some((known) => known.session === session)) return;
    if (announcements.length >= this.#limits.sessionsPerEndpoint) {
      announcements.shift();
      this.#dropped++;
    }
    announcements.push(announcement);
    this.#endpoints.set(key, announcements);
    this.#seen[index * PORTS + port] = 1;
  }
}

interface Sided extends AnnouncedEnd {
  /** The side of the session that announced it. */
  readonly announcedFrom: 0 | 1;
}

function isFromServer({ session, announcedFrom }: Sided): boolean {
  return announcedFrom === session.server;
}

/** Whether an announcement holds for a flow that began at `start`, or `NO_TIME`. */
function isInForceAt({ session, holds, time }: Announcement, start: number): boolean {
  if (start === NO_TIME || time === NO_TIME) return true;
  if (start < time) return false;
  if (holds === "connection") return start <= time + CONNECTION_SECONDS;
  return holds === "service" || start <= session.lastTime + SESSION_SECONDS;
}

function endpointKey(address: AddressKey, port: number, transport: 0 | 1): string {
  return addressText(address) + String.fromCharCode(port, transport);
}
