/** Whether the library finds the service side of each flow where the lab's sessions declare a serving program. */
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { CapturedSession } from "./captured-session.ts";
import { formatConnection, isServiceSide, type Truth } from "./truth.ts";

/** A count and its total. */
export interface Share {
  readonly right: number;
  readonly all: number;
}

/** A session's score. */
export interface Score {
  readonly name: string;
  /** TCP flows with a SYN in the capture, whose orientation is certain. */
  readonly handshakes: Share;
  readonly flows: Share;
  /** One line for each wrongly oriented flow. */
  readonly wrong: readonly string[];
  /** One line for each flow without a declared end; these count as wrong. */
  readonly unexplained: readonly string[];
}

/** The project's requirements: for TCP flows with a handshake, and for all. */
export const LEAST_HANDSHAKES_RIGHT = 1;
export const LEAST_FLOWS_RIGHT = 0.98;

/** Compares the flows of a fixture with its truth. */
export function scoreSession({ truth, flows }: CapturedSession): Score {
  const connections = new Set(truth.handshakes);
  const ofHandshakes = flows.filter((flow) => hasHandshake(flow, connections));
  const isRight = (flow: FlowReport): boolean => isOriented(flow, truth, connections);
  const isKnown = ({ transport, originator, responder }: FlowReport): boolean =>
    isServiceSide(truth, transport, originator) || isServiceSide(truth, transport, responder);
  return {
    name: truth.session,
    handshakes: { right: ofHandshakes.filter(isRight).length, all: ofHandshakes.length },
    flows: { right: flows.filter(isRight).length, all: flows.length },
    wrong: flows.filter((flow) => isKnown(flow) && !isRight(flow)).map(describeFlow),
    unexplained: flows.filter((flow) => !isKnown(flow)).map(describeFlow),
  };
}

/** Whether the sums of all sessions meet the requirements. */
export function isPassed({ handshakes, flows }: Pick<Score, "handshakes" | "flows">): boolean {
  return (
    handshakes.right >= LEAST_HANDSHAKES_RIGHT * handshakes.all &&
    flows.right >= LEAST_FLOWS_RIGHT * flows.all
  );
}

/** Adds up sessions. */
export function addScores(scores: readonly Score[]): Pick<Score, "handshakes" | "flows"> {
  const sum = (shares: readonly Share[]): Share => ({
    right: shares.reduce((total, { right }) => total + right, 0),
    all: shares.reduce((total, { all }) => total + all, 0),
  });
  return {
    handshakes: sum(scores.map(({ handshakes }) => handshakes)),
    flows: sum(scores.map(({ flows }) => flows)),
  };
}

function hasHandshake(
  { transport, originator, responder }: FlowReport,
  connections: ReadonlySet<string>,
): boolean {
  if (transport !== "tcp") return false;
  return (
    connections.has(formatConnection(originator, responder)) ||
    connections.has(formatConnection(responder, originator))
  );
}

/** The service's end is declared, and the sender of the SYN is the originator. */
function isOriented(flow: FlowReport, truth: Truth, connections: ReadonlySet<string>): boolean {
  const { transport, originator, responder, servicePort } = flow;
  const service = responder.port === servicePort ? responder : originator;
  if (!isServiceSide(truth, transport, service)) return false;
  return !hasHandshake(flow, connections) || connections.has(formatConnection(originator, responder));
}

function describeFlow({ transport, originator, responder, servicePort, orientation }: FlowReport): string {
  return `${transport} ${formatConnection(originator, responder)}, service port ${servicePort} by ${orientation}`;
}
