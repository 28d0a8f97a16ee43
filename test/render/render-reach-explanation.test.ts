/** What `reach --explain` says in each situation, with advice texts that name their situation. */
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
  http: null,
  zeroWindow: false,
  shortestRepeat: null,
  namedByOthers: 0,
  fellBackTo: null,
  mayFallBack: false,
  firstSeen: null,
  lastSeen: null,
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
  portOnly: [],
  scans: [],
  brokenFamilies: [],
  blockedNames: [],
  missingNames: [],
  targets: [],
  dropped: { targets: 0, strayReports: 0 },
};

const EVERYTHING = {
  about: "product",
  isProduct: () => true,
  isPort: () => true,
  isHost: () => true,
  isRow: () => true,
} as const;

/** Returns the lines with these labels. */
async function said(report: Partial<ReachReport>): Promise<string[]> {
  const question = { ...EVERYTHING, text: "all" };
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

describe("the cause and rule of an attempt", () => {
  it.each<[string, Partial<ReachTarget>, string, string]>([
    ["that gets no answer", {}, "cause-unanswered-tcp port=5223 cause-silence", ALLOW],
    [
      "over UDP that gets no answer",
      { transport: "udp" },
      "cause-unanswered-udp port=5223 cause-silence",
      ALLOW.replace("tcp", "udp"),
    ],
    [
      "whose data gets no answer",
      { packets: { originator: 4, responder: 1 } },
      "cause-unanswered-data",
      "rule-server-name name=a.example",
    ],
    [
      "whose small packets get no answer",
      { packets: { originator: 4, responder: 1 }, shortestRepeat: 517 },
      "cause-hello-dropped",
      "rule-server-name name=a.example",
    ],
    [
      "whose large packets get no answer",
      { packets: { originator: 4, responder: 1 }, shortestRepeat: 1448 },
      "cause-large-packets",
      "rule-mtu",
    ],
    ["whose answers do not arrive", { verdict: "answers-lost" }, "cause-answers-lost", "rule-mtu"],
    ["that became silent", { verdict: "went-dead" }, "cause-went-dead", "rule-idle port=5223"],
    [
      "that a proxy refuses",
      { verdict: "proxy-refused", http: { status: 407, redirect: null } },
      "cause-proxy-refused status=HTTP 407",
      "rule-proxy name=a.example",
    ],
    ["that a captive portal answers", { verdict: "portal" }, "cause-portal", "rule-portal name=a.example"],
    [
      "that a block page answers",
      { verdict: "block-page" },
      "cause-block-page",
      "rule-block-page name=a.example",
    ],
    [
      "with a foreign certificate",
      { verdict: "foreign-certificate" },
      "cause-foreign-certificate",
      "rule-inspection host=a.example (192.0.2.1) port=5223",
    ],
    [
      "that fails over one IP version only",
      { verdict: "unanswered", fellBackTo: { transport: "tcp", address: "2001:db8::1", port: 5223 } },
      "cause-unanswered-tcp port=5223 cause-silence",
      "rule-family family=IPv4",
    ],
    ["that is refused", { verdict: "refused" }, "cause-refused", ALLOW],
    [
      "that is prohibited by a rule",
      { verdict: "prohibited", unreachable: ["communication administratively prohibited"] },
      "cause-prohibited by=A router",
      ALLOW,
    ],
    [
      "to an unreachable port",
      { verdict: "prohibited", unreachable: ["port unreachable"], reporters: ["10.0.0.2", "10.0.0.3"] },
      "cause-prohibited-port by=10.0.0.2, 10.0.0.3",
      ALLOW,
    ],
    [
      "to an unreachable host",
      { verdict: "prohibited", unreachable: ["host unreachable"] },
      "cause-prohibited-route by=A router",
      ALLOW,
    ],
    [
      "whose answers do not reach the client",
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
  ])("are as expected for one %s", async (_, target, cause, rule) => {
    expect(await ofTarget(target)).toEqual([cause, rule]);
  });

  it("are absent if it works", async () => expect(await ofTarget({ verdict: "works" })).toEqual([]));

  it.each(["unclear", "one-direction"] as const)("have no rule if it is %s", async (verdict) => {
    expect(await ofTarget({ verdict })).toEqual([expect.stringMatching(/^The cause is unknown: /)]);
  });
});

describe("the cause and rule of a blocked name", () => {
  const name = (how: NameRefusal, addresses: readonly string[] = []): BlockedName => ({
    ...{ name: "a.example", client: "10.0.0.1", how, responses: 1 },
    ...{ addresses, resolvedForOthers: 0, products: [] },
  });
  it.each<NameRefusal>(["nxdomain", "sinkhole", "refused", "no-data"])("%s", async (how) => {
    expect(await said({ blockedNames: [name(how)] })).toEqual([
      `cause-name-${how}`,
      "rule-name name=a.example",
    ]);
  });

  it.each<NameRefusal>(["servfail", "no-answer"])("blame the name server for %s", async (how) => {
    expect(await said({ blockedNames: [name(how)] })).toEqual([
      `cause-name-${how}`,
      "rule-resolver name=a.example",
    ]);
  });

  it("mention a private address", async () => {
    expect(await said({ blockedNames: [name("sinkhole", ["10.20.9.9"])] })).toEqual([
      "cause-name-private",
      "rule-name name=a.example",
    ]);
    expect((await said({ blockedNames: [name("sinkhole", ["0.0.0.0"])] }))[0]).toBe("cause-name-sinkhole");
  });
});

describe("the suggested command for rules", () => {
  const commandOf = async (some: Partial<ReachTarget>) => {
    const report = { targets: [{ ...TARGET, products: ["Software Update"], ...some }] };
    const question = { ...EVERYTHING, text: "all" };
    const style = { width: 40, colors: false, ascii: true };
    const text = await renderReachExplanation({ ...REPORT, ...report }, question, advice, style);
    return /^ {2}command +(.*)$/m.exec(text)?.[1] ?? null;
  };

  it("can be pasted as shown, however narrow the terminal", async () => {
    expect(await commandOf({})).toBe("appleflow rules 'Software Update' --format markdown");
    expect(await commandOf({ products: ["Date & Time preferences", "FaceTime"] })).toBe(
      "appleflow rules 'Date & Time preferences' FaceTime --format markdown",
    );
  });

  it.each<[string, Partial<ReachTarget>]>([
    ["the handshake succeeded", { packets: { originator: 4, responder: 1 } }],
    ["the client closed the connection", { verdict: "closed-at-once" }],
    ["the answers do not reach the client", { verdict: "answers-lost" }],
    [
      "the client fell back to another way",
      { fellBackTo: { transport: "tcp", address: "192.0.2.2", port: 443 } },
    ],
    ["several products are possible", { products: ["A", "B", "C", "D"] }],
  ])("is not given if %s", async (_, target) => {
    expect(await commandOf(target)).toBeNull();
  });
});
