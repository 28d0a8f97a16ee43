/** Everything that a capture shows of a flow besides its port: the input of attribution. */
import type { Recognition } from "../payload/protocols/recognise.ts";
import type { HandshakeNames } from "./handshake.ts";

export interface FlowFacts {
  /** Name of the process that the traffic is for. Hostile text, like all names here. */
  readonly process: string | null;
  /**
   * Names in its first bytes, or in those of the multipath TCP session that it joined. The same names are the same object.
   */
  readonly handshake: HandshakeNames | null;
  /** Service types ("_airplay._tcp") announced for the address and port of the serving side. */
  readonly serviceTypes: readonly string[];
  /** For multicast DNS: a service type that the flow announced and only Apple software announces, or null. */
  readonly announcedType: string | null;
  /** For multicast DNS: whether the senders are known to be Apple devices, or of another vendor; else null. */
  readonly multicastSender: "apple" | "another" | null;
  /** Names queried before the flow began whose answers contain that address, most recent first. */
  readonly addressNames: readonly string[];
  /** Whether the address of the serving side is Apple's. */
  readonly isAppleAddress: boolean;
  /** Whether the address of the other side is Apple's. */
  readonly isAppleOriginator: boolean;
  /** Whether the capture's DNS answers to the client have other addresses for the server name. */
  readonly isNameRefuted: boolean;
  /** Protocol of the payload, `asks` being a `Side` of the flow; null if not recognised. */
  readonly recognition: Recognition | null;
  /** Whether the devices at its ends are known to be Apple's: the same object for the same answers. */
  readonly ends: FlowEnds;
  /** Whether it has payload, and its beginning was captured: for TCP, after a SYN. */
  readonly isBeginning: boolean;
}

/** The end of a flow that has an Apple address. */
export const AppleSide = { NONE: 0, SERVICE: 1, ORIGINATOR: 2 } as const;

/** One of `AppleSide`. */
export type AppleSide = (typeof AppleSide)[keyof typeof AppleSide];

/** Whether a device is Apple's (true) or another vendor's (false); null: unknown, or not a device of the local network. */
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

function answerOf(isApple: boolean | null): number {
  if (isApple === null) return 0;
  return isApple ? 1 : 2;
}

/** The shared object for the answers for both ends. */
export function endsOf(client: boolean | null, server: boolean | null): FlowEnds {
  return ALL_ENDS[answerOf(client) * ANSWERS.length + answerOf(server)];
}

/** The vendors of both devices are unknown. */
export const UNKNOWN_ENDS = endsOf(null, null);

const NONE: readonly string[] = Object.freeze([]);

/** By recognition, then by whether it was the beginning, the end with an Apple address, and the vendors of the devices. */
const common = new Map<Recognition | null, (FlowFacts | undefined)[]>();

/** Facts of most flows; the same object for the same facts. */
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

/** The end of a flow that has an Apple address, from its facts. */
export function appleSideOf(facts: Pick<FlowFacts, "isAppleAddress" | "isAppleOriginator">): AppleSide {
  if (facts.isAppleAddress) return AppleSide.SERVICE;
  return facts.isAppleOriginator ? AppleSide.ORIGINATOR : AppleSide.NONE;
}

/** Whether facts are a shared object of `commonFacts`: there are only as many as recognitions, times a few. */
export function isCommon(facts: FlowFacts): boolean {
  return (
    common.get(facts.recognition)?.[indexOf(appleSideOf(facts), facts.isBeginning, facts.ends)] === facts
  );
}

/** Facts of a flow of which only the port is known. */
export const NO_FACTS = commonFacts(null, false, AppleSide.NONE);
