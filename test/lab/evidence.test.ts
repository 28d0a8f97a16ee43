/**
 * What the lab's clients asked by name must be found under that name, and be whose the name is. The products stand here
 * as a person reads Apple's documents, not as the rules give them.
 */
import { describe, expect, it } from "vitest";
import { listCaptured, readTruth } from "../../scripts/lab/captured-session.ts";
import { summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

/** No fixture has so many; room for the two million of the default takes time. */
const MAX_FLOWS = 2_000;
/** Products behind a name, where several are possible all of them. */
const PRODUCTS: Readonly<Record<string, readonly string[]>> = {
  "captive.apple.com": ["Captive portal check"],
  "courier.push.apple.com": ["Push notifications"],
  "doh.dns.apple.com": ["Apple DNS over HTTPS"],
  "gateway.icloud.com": ["Apple News", "Find My", "Stocks", "iCloud"],
  "imap.mail.me.com": ["iCloud Mail"],
  "init-p01st.push.apple.com": ["Push notifications"],
  "init.ess.apple.com": ["FaceTime", "iMessage"],
  "init.itunes.apple.com": [
    "App Store",
    "Apple Music",
    "Apple TV app",
    "Device activation",
    "Mac App Store",
    "iTunes Store",
  ],
  "mask-h2.icloud.com": ["iCloud Private Relay"],
  "mask.icloud.com": ["iCloud Private Relay"],
  "mesu.apple.com": ["Software Update"],
  "smtp.mail.me.com": ["iCloud Mail"],
  "swcdn.apple.com": ["Software Update"],
};
/** Sessions whose client says by its user agent which of them it is. */
const BY_USER_AGENT: Readonly<Record<string, readonly string[]>> = {
  "apple-proxy gateway.icloud.com": ["iCloud"],
};
const OTHERS = [
  "www.example.com",
  "fakeapple.com",
  "apple.com-support.example",
  "mesu.apple.com.corp.example",
  "courier.push.apple.com.example.net",
  "xn--pple-43d.com",
];

const sessions = listCaptured()
  .map(readTruth)
  .filter(({ attempts }) => attempts.some(({ serverName }) => serverName !== undefined));

describe.each(sessions)("$session", ({ session, capture, attempts }) => {
  it("finds each name that was sent, and whose it is", async () => {
    const flows: FlowReport[] = [];
    const options = { maxFlows: MAX_FLOWS, onFlow: (flow: FlowReport) => flows.push(flow) };
    const summary = await summarize([`fixtures/lab/${capture}`], options);
    expect(summary.flows.offList).toBe(flows.filter(({ offList }) => offList).length);
    for (const { transport, address, port, serverName } of attempts) {
      if (serverName === undefined) continue;
      const named = flows.filter(
        (flow) =>
          flow.transport === transport &&
          flow.responder.address === address &&
          flow.responder.port === port &&
          flow.serverName === serverName,
      );
      expect(named.length, `flows to ${serverName}`).toBeGreaterThan(0);
      for (const flow of named) expectRightProducts(flow, session, serverName);
    }
  });
});

function expectRightProducts(flow: FlowReport, session: string, name: string): void {
  const wanted = BY_USER_AGENT[`${session} ${name}`] ?? PRODUCTS[name];
  if (wanted !== undefined) {
    expect({ name, candidates: [...flow.candidates].sort(), evidence: flow.evidence }).toEqual({
      name,
      candidates: wanted,
      evidence: "server-name",
    });
  } else {
    expect(OTHERS).toContain(name);
    const generic = ["TLS websites", "World Wide Web", "WebDAV"];
    expect(flow.candidates.filter((candidate) => !generic.includes(candidate))).toEqual([]);
    if (flow.candidates.length === 0) expect(flow.reason).toBe("not-apple");
    else expect(flow.evidence).toBe("server-name");
  }
}

describe("the lab's names", () => {
  it("leave less than 2 % ambiguity where each is one product's", async () => {
    const single = Object.entries(PRODUCTS).filter(([, products]) => products.length === 1);
    const openByPort: number[] = [];
    const names = new Set(single.map(([name]) => name));
    for (const { session, capture, attempts } of sessions) {
      const isClear = attempts.every(({ serverName }) => serverName !== undefined && names.has(serverName));
      if (!isClear) continue;
      const filter = attempts.map(({ transport, port }) => `${transport} port ${port}`).join(" or ");
      const options = { maxFlows: MAX_FLOWS, filter };
      const { ambiguity } = await summarize([`fixtures/lab/${capture}`], options);
      expect(ambiguity, session).toBeLessThan(0.02);
      const byPort = await summarize([`fixtures/lab/${capture}`], { ...options, rules: null });
      openByPort.push(byPort.ambiguity ?? 0);
    }
    // By ports alone, candidates have many times the traffic that there is.
    expect(openByPort.length).toBeGreaterThan(2);
    expect(Math.max(...openByPort)).toBeGreaterThan(10);
  });
});
