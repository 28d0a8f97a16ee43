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
  /** Of a flow of multicast DNS: whether those who send in it are known to be Apple's devices, or another maker's; else null. */
  readonly multicastSender: "apple" | "another" | null;
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
  /** Whether the devices at its ends are known to be Apple's: the same object for the same answers. */
  readonly ends: FlowEnds;
  /** It has payload, and that with which it began was captured: of TCP after a SYN. */
  readonly isBeginning: boolean;
}

/** Which end of a flow has an address of Apple's. */
export const AppleSide = { NONE: 0, SERVICE: 1, ORIGINATOR: 2 } as const;

/** One of `AppleSide`. */
export type AppleSide = (typeof AppleSide)[keyof typeof AppleSide];

/** Whether a device is Apple's (true) or another maker's (false), as far as is known; null: nobody knows, or it is no device here. */
export interface FlowEnds {
  readonly client: boolean | null;
  readonly server: boolean | null;
  readonly index: number;
}

/** In the order of `answerOf`. */
const ANSWERS = [null, true, false] as const;
const ALL_ENDS: readonly FlowEnds[] = ANSWERS.flatMap((client, i) =>
  ANSWERS.map((server, j) => Object.freeze({ client, server, index: i * ANSWERS.length + j })),
);

function answerOf(isApples: boolean | null): number {
  if (isApples === null) return 0;
  return isApples ? 1 : 2;
}

/** The object for what is known of both ends. */
export function endsOf(client: boolean | null, server: boolean | null): FlowEnds {
  return ALL_ENDS[answerOf(client) * ANSWERS.length + answerOf(server)];
}

/** Nobody knows whose make the devices are. */
export const UNKNOWN_ENDS = endsOf(null, null);

const NONE: readonly string[] = Object.freeze([]);

/** By what was recognised, then whether that was the beginning, which end is Apple's, and whose make the devices are. */
const common = new Map<Recognition | null, (FlowFacts | undefined)[]>();

/** All that is known of most flows; the same object for the same facts. */
export function commonFacts(
  recognition: Recognition | null,
  isBeginning: boolean,
  end: AppleSide,
  ends: FlowEnds = UNKNOWN_ENDS,
): FlowFacts {
  let known = common.get(recognition);
  if (known === undefined) {
    known = [];
    common.set(recognition, known);
  }
  const index = indexOf(end, isBeginning, ends);
  let facts = known[index];
  if (facts === undefined) {
    facts = Object.freeze({
      process: null,
      handshake: null,
      serviceTypes: NONE,
      announcedType: null,
      multicastSender: null,
      addressNames: NONE,
      isAppleAddress: end === AppleSide.SERVICE,
      isAppleOriginator: end === AppleSide.ORIGINATOR,
      isNameRefuted: false,
      recognition,
      ends,
      isBeginning,
    });
    known[index] = facts;
  }
  return facts;
}

function indexOf(end: AppleSide, isBeginning: boolean, ends: FlowEnds): number {
  return (ends.index * 3 + end) * 2 + (isBeginning ? 1 : 0);
}

/** Which end of a flow has an address of Apple's, by what is known of it. */
export function appleSideOf(facts: Pick<FlowFacts, "isAppleAddress" | "isAppleOriginator">): AppleSide {
  if (facts.isAppleAddress) return AppleSide.SERVICE;
  return facts.isAppleOriginator ? AppleSide.ORIGINATOR : AppleSide.NONE;
}

/** Whether facts came from there: there are only as many different ones as recognitions, times a few. */
export function isCommon(facts: FlowFacts): boolean {
  return (
    common.get(facts.recognition)?.[indexOf(appleSideOf(facts), facts.isBeginning, facts.ends)] === facts
  );
}

/** Of a flow of which nothing but the port is known. */
export const NO_FACTS = commonFacts(null, false, AppleSide.NONE);
