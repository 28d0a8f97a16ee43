/** All that a capture shows of a flow beside its port: what attribution goes by. */
import type { HandshakeNames } from "./handshake.ts";

export interface FlowFacts {
  /** Name of the process that the traffic is for. Hostile text, as all names here. */
  readonly process: string | null;
  /** What its first bytes named, or those of the session of multipath TCP that it joined. The same names are the same object. */
  readonly handshake: HandshakeNames | null;
  /** Service types ("_airplay._tcp") that were announced for the address and port at the service's side. */
  readonly serviceTypes: readonly string[];
  /** Of a flow of multicast DNS: a service type that it announced and only Apple's software announces, or null. */
  readonly announcedType: string | null;
  /** Names that were asked for before the flow began and had that address as an answer, most recent first. */
  readonly addressNames: readonly string[];
  /** That address is one of Apple's. */
  readonly isAppleAddress: boolean;
  /** The address at the other side is one of Apple's. */
  readonly isAppleOriginator: boolean;
  /** The capture's DNS gave the client other addresses for the server name than that one. */
  readonly isNameRefuted: boolean;
}

/** Of a flow of which nothing but the port is known. */
export const NO_FACTS: FlowFacts = Object.freeze({
  process: null,
  handshake: null,
  serviceTypes: Object.freeze([]),
  announcedType: null,
  addressNames: Object.freeze([]),
  isAppleAddress: false,
  isAppleOriginator: false,
  isNameRefuted: false,
});

/** Of a flow of which only the port is known, and that the service's address is one of Apple's. */
export const APPLE_ADDRESS_FACTS: FlowFacts = Object.freeze({ ...NO_FACTS, isAppleAddress: true });

/** The same of the address at the other side. */
export const APPLE_ORIGINATOR_FACTS: FlowFacts = Object.freeze({ ...NO_FACTS, isAppleOriginator: true });
