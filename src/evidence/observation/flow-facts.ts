/** All that a capture shows of a flow beside its port: what attribution goes by. */
import type { Recognition } from "../payload/protocols/recognise.ts";
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
  /** What its payload speaks, `asks` being the flow's `Side`; null where that was not recognised. */
  readonly recognition: Recognition | null;
  /** It has payload, and that with which it began was captured: of TCP after a SYN. */
  readonly isBeginning: boolean;
}

/** Which end of a flow has an address of Apple's. */
export const AppleSide = { NONE: 0, SERVICE: 1, ORIGINATOR: 2 } as const;

/** One of `AppleSide`. */
export type AppleSide = (typeof AppleSide)[keyof typeof AppleSide];

const NONE: readonly string[] = Object.freeze([]);

/** By what was recognised, then whether that was the beginning and which end is Apple's. */
const common = new Map<Recognition | null, (FlowFacts | undefined)[]>();

/** All that is known of most flows; the same object for the same facts. */
export function commonFacts(
  recognition: Recognition | null,
  isBeginning: boolean,
  end: AppleSide,
): FlowFacts {
  let known = common.get(recognition);
  if (known === undefined) {
    known = [];
    common.set(recognition, known);
  }
  const index = end * 2 + (isBeginning ? 1 : 0);
  let facts = known[index];
  if (facts === undefined) {
    facts = Object.freeze({
      process: null,
      handshake: null,
      serviceTypes: NONE,
      announcedType: null,
      addressNames: NONE,
      isAppleAddress: end === AppleSide.SERVICE,
      isAppleOriginator: end === AppleSide.ORIGINATOR,
      isNameRefuted: false,
      recognition,
      isBeginning,
    });
    known[index] = facts;
  }
  return facts;
}

/** Whether facts came from there: there are only as many different ones as recognitions, times a few. */
export function isCommon(facts: FlowFacts): boolean {
  const end = facts.isAppleAddress
    ? AppleSide.SERVICE
    : facts.isAppleOriginator
      ? AppleSide.ORIGINATOR
      : AppleSide.NONE;
  return common.get(facts.recognition)?.[end * 2 + (facts.isBeginning ? 1 : 0)] === facts;
}

/** Of a flow of which nothing but the port is known. */
export const NO_FACTS = commonFacts(null, false, AppleSide.NONE);
