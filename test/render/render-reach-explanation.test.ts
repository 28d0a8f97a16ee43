/** What `reach --explain` says of each situation, by texts that tell which one they are for. */
import { describe, expect, it } from "vitest";
import { Advice, SITUATIONS, type Situation } from "../../src/knowledge/advice/advice.ts";
import { renderReachExplanation } from "../../src/render/render-reach-explanation.ts";
import type {
  BlockedName,
  NameRefusal,
  ReachReport,
  ReachTarget,
} from "../../src/reports/reach/reach-report.ts";

const advice = new Advice(
  Object.entries(SITUATIONS).map(([situation, values]) => ({
    situation: situation as Situation,
    isFor: null,
    text: [situation, ...values.map((value) => `${value}={${value}}`)].join(" "),
    sources: [],
  })),
);

const TARGET: ReachTarget = {
  client: "10.0.0.1",
  transport: "tcp",
  address: "192.0.2.1",
  port: 5223,
  name: "a.example",
  products: [],
  class: "listed",
  evidence: null,
  listed: true,
  verdict: "unanswered",
  attempts: {},
  syns: 1,
  packets: { originator: 1, responder: 0 },
  unreachable: [],
  reporters: [],
  alert: null,
  closedBy: null,
  fellBackTo: null,
  firstSeen: null,
  communityId: null,
};

const REPORT: ReachReport = {
  schema: "appleflow/reach@2",
  capture: {
    sources: [],
    packets: 0,
    bytes: 0,
    start: null,
    end: null,
    durationSeconds: 0,
    filtered: 0,
    outsideTime: 0,
    duplicates: null,
    tunnels: {},
  },
  directions: "both",
  products: [],
  rows: [],
  unlisted: [],
  blockedNames: [],
  targets: [],
  dropped: { targets: 0, strayReports: 0 },
};

/** The lines with these labels. */
async function said(report: Partial<ReachReport>): Promise<string[]> {
  const question = {
    text: "all",
    about: "product",
    isProduct: () => true,
    isPort: () => true,
    isHost: () => true,
    isRow: () => true,
  } as const;
  const text = await renderReachExplanation({ ...REPORT, ...report }, question, advice, {
    width: 200,
    colors: false,
    ascii: true,
  });
  return text.split("\n").flatMap((line) => /^ {2}(?:cause|rule) +(.*)$/.exec(line)?.[1] ?? []);
}

const ofTarget = (some: Partial<ReachTarget>) => said({ targets: [{ ...TARGET, ...some }] });
const ALLOW = "rule-allow transport=tcp host=a.example (192.0.2.1) port=5223 rule-allow-names";
const BOTH_WAYS = "host=a.example (192.0.2.1) port=5223";

describe("cause and rule of an attempt", () => {
  it.each<[string, Partial<ReachTarget>, string, string]>([
    ["that gets no answer", {}, "cause-unanswered-tcp port=5223 cause-silence", ALLOW],
    [
      "that gets no answer, by UDP",
      { transport: "udp" },
      "cause-unanswered-udp port=5223 cause-silence",
      ALLOW.replace("tcp", "udp"),
    ],
    [
      "whose data get no answer",
      { packets: { originator: 4, responder: 1 } },
      "cause-unanswered-data",
      ALLOW,
    ],
    ["that is refused", { verdict: "refused" }, "cause-refused", ALLOW],
    [
      "that is prohibited by a rule",
      { verdict: "prohibited", unreachable: ["communication administratively prohibited"] },
      "cause-prohibited by=A router",
      ALLOW,
    ],
    [
      "at a port that is unreachable",
      { verdict: "prohibited", unreachable: ["port unreachable"], reporters: ["10.0.0.2", "10.0.0.3"] },
      "cause-prohibited-port by=10.0.0.2, 10.0.0.3",
      ALLOW,
    ],
    [
      "at a host that is unreachable",
      { verdict: "prohibited", unreachable: ["host unreachable"] },
      "cause-prohibited-route by=A router",
      ALLOW,
    ],
    [
      "whose answers get lost",
      { verdict: "one-way" },
      "cause-one-way-tcp",
      `rule-allow-both-ways transport=tcp ${BOTH_WAYS}`,
    ],
    [
      "with media in one direction",
      { verdict: "one-way", transport: "udp" },
      "cause-one-way-udp",
      `rule-allow-both-ways transport=udp ${BOTH_WAYS}`,
    ],
    [
      "that the client ends",
      {
        verdict: "closed-at-once",
        closedBy: "responder",
        alert: { by: "originator", number: 48, name: null },
      },
      "cause-closed-by-client",
      "rule-inspection host=a.example (192.0.2.1) port=5223",
    ],
    [
      "that the server ends",
      { verdict: "closed-at-once", closedBy: "responder", name: null },
      "cause-closed-by-server",
      "rule-server-name name=192.0.2.1",
    ],
  ])("%s", async (_, target, cause, rule) => {
    expect(await ofTarget(target)).toEqual([cause, rule]);
  });

  it("that works: there is neither", async () => expect(await ofTarget({ verdict: "works" })).toEqual([]));

  it.each(["unclear", "one-direction"] as const)("that is %s: there is no rule", async (verdict) => {
    expect(await ofTarget({ verdict })).toEqual([
      expect.stringMatching(/^Nothing can be said of the cause: /),
    ]);
  });
});

describe("cause and rule of a blocked name", () => {
  it.each<NameRefusal>(["nxdomain", "sinkhole", "refused", "servfail", "no-data"])("%s", async (how) => {
    const blocked: BlockedName = { name: "a.example", client: "10.0.0.1", how, responses: 1, products: [] };
    expect(await said({ blockedNames: [blocked] })).toEqual([
      `cause-name-${how}`,
      "rule-name name=a.example",
    ]);
  });
});
