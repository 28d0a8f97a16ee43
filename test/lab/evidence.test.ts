/** Names sent by the lab's clients must be found, and attributed to their owner. */
import { describe, expect, it } from "vitest";
import { listCaptured, readTruth } from "../../scripts/lab/captured-session.ts";
import { OTHERS_NAMES, PRODUCTS_OF_NAMES, PRODUCTS_OF_USER_AGENTS } from "../../scripts/lab/name-score.ts";
import { summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

/** More than any fixture has; reserving the default of two million takes time. */
const MAX_FLOWS = 2_000;
const sessions = listCaptured()
  .map(readTruth)
  .filter(({ attempts }) => attempts.some(({ serverName }) => serverName !== undefined));

describe.each(sessions)("the lab session $session", ({ session, capture, attempts }) => {
  it("has a flow with the right products for each server name", async () => {
    const flows: FlowReport[] = [];
    const options = { maxFlows: MAX_FLOWS, onFlow: (flow: FlowReport) => flows.push(flow) };
    const summary = await summarize([`fixtures/lab/${capture}`], options);
    const offList = flows.filter(({ offList }) => offList.length > 0);
    expect(
      summary.groups
        .filter((group) => group.offList.length > 0)
        .map(({ flows }) => flows)
        .reduce((a, b) => a + b, 0),
    ).toBe(offList.length);
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
  const { class: flowClass, evidence, reason } = flow;
  const byUserAgent = PRODUCTS_OF_USER_AGENTS[`${session} ${name}`];
  const wanted = byUserAgent ?? PRODUCTS_OF_NAMES[name];
  if (wanted !== undefined) {
    const products = [...flow.products].sort();
    expect({ name, flowClass, products }).toEqual({ name, flowClass: "identified", products: wanted });
    // A push client identifies its protocol by ALPN, which is the stronger evidence.
    const isPush = wanted[0] === "Push notifications" && evidence === "protocol";
    const strongest = byUserAgent === undefined ? "server-name" : "user-agent";
    expect(evidence).toBe(isPush ? "protocol" : strongest);
  } else {
    expect(OTHERS_NAMES).toContain(name);
    expect({ name, flowClass, products: flow.products, reason }).toEqual({
      name,
      flowClass: "other",
      products: [],
      reason: "not-apple",
    });
  }
}

describe("server names of the lab", () => {
  it("identify products exactly if each belongs to one product; ports alone never do", async () => {
    const single = Object.entries(PRODUCTS_OF_NAMES).filter(([, products]) => products.length === 1);
    const names = new Set(single.map(([name]) => name));
    let clear = 0;
    for (const { session, capture, attempts } of sessions) {
      const isClear = attempts.every(({ serverName }) => serverName !== undefined && names.has(serverName));
      if (!isClear) continue;
      clear++;
      const filter = attempts.map(({ transport, port }) => `${transport} port ${port}`).join(" or ");
      const options = { maxFlows: MAX_FLOWS, filter };
      const { apple } = await summarize([`fixtures/lab/${capture}`], options);
      expect(apple.identified.bytes, session).toBeGreaterThan(0);
      expect(apple.identified.exact, session).toBe(apple.identified.bytes);
      const byPort = await summarize([`fixtures/lab/${capture}`], { ...options, rules: null });
      expect(byPort.apple.identified.bytes + byPort.apple.unknownProduct.bytes, session).toBe(0);
    }
    expect(clear).toBeGreaterThan(2);
  });
});
