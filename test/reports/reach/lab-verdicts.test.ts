/**
 * Every attempt of the lab, compared with the lab's truth: each deliberate fault gets its verdict, and nothing that worked is
 * called broken in any capture.
 */
import { describe, expect, it } from "vitest";
import { listCaptured, readTruth } from "../../../scripts/lab/captured-session.ts";
import type { ExpectedAttempt } from "../../../scripts/lab/lab.ts";
import { reach } from "../../../src/engine/reach.ts";
import type { FlowReport } from "../../../src/reports/flow-report.ts";
import type { AttemptVerdict } from "../../../src/reports/reach/reach-report.ts";
import { isFailure, type ReachReport } from "../../../src/reports/reach/reach-report.ts";

const MAX_FLOWS = 2000;
/** Recordings of one direction: attempts are shown neither to work nor to fail. */
const ONE_DIRECTION = ["fault-only-from-client", "fault-only-from-server"];

interface Attempt {
  readonly flow: FlowReport;
  readonly verdict: AttemptVerdict;
}

async function judge(capture: string): Promise<{ report: ReachReport; attempts: readonly Attempt[] }> {
  const attempts: Attempt[] = [];
  const { report } = await reach([`fixtures/lab/${capture}`], {
    maxFlows: MAX_FLOWS,
    onAttempt: (flow, verdict) => attempts.push({ flow, verdict }),
  });
  return { report, attempts };
}

/** Returns the flows of an attempt; media with the same port at both ends may have either end as service. */
function flowsOf(
  { transport, address, port }: ExpectedAttempt,
  attempts: readonly Attempt[],
): readonly Attempt[] {
  return attempts.filter(
    ({ flow }) =>
      flow.transport === transport &&
      [flow.originator, flow.responder].some((end) => end.address === address && end.port === port),
  );
}

/** How long an answer is waited for, as documented in the README. */
const PATIENCE_MS = 3000;

/**
 * Returns the verdict that a capture can show for a flow without an answer: unclear for a single datagram, or if the capture
 * ended too soon after it. Only used for flows that the lab declares to fail.
 */
function tellable(expected: ExpectedAttempt["verdict"], { flow }: Attempt, end: string | null) {
  if (expected !== "unanswered" && expected !== "one-way") return expected;
  const { originator, responder } = flow.packets;
  const isOneDatagram = flow.transport === "udp" && originator + responder === 1;
  const waited = Date.parse(end ?? "") - Date.parse(flow.start ?? "");
  return isOneDatagram || waited < PATIENCE_MS ? "unclear" : expected;
}

const sessions = listCaptured().map(readTruth);
const judged = new Map(
  await Promise.all(sessions.map(async (truth) => [truth.session, await judge(truth.capture)] as const)),
);
const resultOf = (session: string) => judged.get(session) ?? expect.fail(`no result of ${session}`);

describe.each(sessions.filter(({ session }) => session.startsWith("fault-")))(
  "the lab session $session",
  (truth) => {
    const { session, attempts: expected } = truth;
    it.each(expected.map((attempt, i) => ({ i, ...attempt })))(
      "gives attempt $i the verdict $verdict: $transport $address $port $lookedUp",
      (attempt) => {
        const { report, attempts } = resultOf(session);
        if (attempt.verdict === "name-blocked") {
          const blocked = report.blockedNames.map(({ name }) => name);
          expect(attempt.lookedUp?.every((name) => blocked.includes(name))).toBe(true);
          return;
        }
        const flows = flowsOf(attempt, attempts);
        if (ONE_DIRECTION.includes(session)) {
          expect(flows.filter(({ verdict }) => verdict === "works")).toEqual([]);
          return;
        }
        expect(flows.length).toBeGreaterThan(0);
        const { end } = report.capture;
        expect(flows.map(({ verdict }) => verdict)).toEqual(
          flows.map((flow) => tellable(attempt.verdict, flow, end)),
        );
        if (attempt.fellBackTo === undefined) return;
        const target = report.targets.find(
          ({ transport, address, port }) =>
            transport === attempt.transport && address === attempt.address && port === attempt.port,
        );
        expect(target?.fellBackTo).toEqual(attempt.fellBackTo);
      },
    );
  },
);

describe("the lab captures", () => {
  it.each(sessions)(
    "have no failure for an attempt that worked: $session",
    ({ session, attempts: expected }) => {
      const { report, attempts } = resultOf(session);
      const working = expected.filter(({ verdict }) => verdict === "works");
      const broken = working.flatMap((attempt) =>
        flowsOf(attempt, attempts).filter(
          ({ verdict }) => isFailure(verdict) && report.directions === "both",
        ),
      );
      expect(broken).toEqual([]);
      const targets = report.targets.filter(({ transport, address, port, verdict }) => {
        const isMeant = working.some(
          (one) => one.transport === transport && one.address === address && one.port === port,
        );
        return isMeant && isFailure(verdict);
      });
      expect(targets).toEqual([]);
    },
  );

  it("are one-way only where the lab recorded one direction", () => {
    const single = [...judged]
      .filter(([, { report }]) => report.directions === "one")
      .map(([session]) => session);
    // Nobody answers in service-location; its packets are multicast, which nobody has to answer.
    expect(single).toEqual(ONE_DIRECTION);
  });

  it("prove nothing in one direction: no product works, and none fails", () => {
    for (const session of ONE_DIRECTION) {
      const { report } = resultOf(session);
      expect(new Set(report.products.map(({ verdict }) => verdict))).toEqual(new Set(["one-direction"]));
      expect(report.rows.filter(({ coverage }) => coverage === "seen" || coverage === "failed")).toEqual([]);
    }
  });

  it("explain a call without media", () => {
    const { products } = resultOf("fault-udp-one-way").report;
    const faceTime = products.find(({ product }) => product === "FaceTime");
    expect(faceTime).toMatchObject({ verdict: "one-way", meaning: "calls connect but have no media" });
    expect(products.find(({ product }) => product === "Push notifications")?.verdict).toBe("works");
  });

  it("report that push fell back", () => {
    const { products } = resultOf("fault-push-fell-back").report;
    expect(products).toMatchObject([{ product: "Push notifications", verdict: "fell-back", meaning: null }]);
  });
});
