/** `reach` called an attempt at Apple's network by what the list has on the port: "Game Center works", of an address alone. */
import { describe, expect, it } from "vitest";
import { reach } from "../../src/engine/reach.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { reachEntries } from "../../src/reports/reach/reach-entries.ts";
import { hasFailure } from "../../src/reports/reach/reach-failure.ts";
import { reachOf, tcp, udp } from "../reports/reach/reach-packets.ts";

const CAPTURES = ["office-morning.pcapng", "lab/apple-facetime.pcapng", "lab/fault-prohibited.pcapng"];

it.each(CAPTURES)("names the products of %s that flows have, and no others", async (name) => {
  const flows: FlowReport[] = [];
  const { report } = await reach([`fixtures/${name}`], { onFlow: (flow) => flows.push(flow) });
  expect(report.targets.length).toBeGreaterThan(0);
  for (const { communityId, class: flowClass, products, namedByOthers } of report.targets) {
    if (namedByOthers > 0) continue;
    const told = flows.filter((flow) => flow.communityId === communityId);
    expect(told.map((flow) => [flow.class, flow.products])).toContainEqual([flowClass, products]);
  }
  const named = new Set(flows.flatMap(({ products }) => products));
  for (const { product } of report.products) expect(named).toContain(product);
});

describe("an attempt at a port that the list has, where only the address is Apple's", () => {
  const client = { address: "192.0.2.10", port: 16_400 };
  const relay = { address: "17.173.254.222", port: 3478 };

  it("works as Apple's, product unknown", async () => {
    const { report } = await reachOf([udp(client, relay), udp(relay, client)]);
    expect(report.products).toEqual([]);
    expect(report.targets).toMatchObject([
      { class: "apple", products: [], listedFor: [{ product: "FaceTime" }, { product: "Game Center" }] },
    ]);
    expect(reachEntries(report)).toMatchObject([
      { label: "3478/udp 17.173.254.222 (Apple's, product unknown)", verdict: "works", meaning: null },
    ]);
  });

  it("fails with what the port is listed for, as possible", async () => {
    const mail = { address: "17.42.251.62", port: 993 };
    const { report } = await reachOf([0, 1, 2].map(() => tcp(client, mail, { flags: "S" })));
    expect(hasFailure(report)).toBe(true);
    expect(reachEntries(report)).toMatchObject([
      {
        label: "993/tcp 17.42.251.62 (Apple's, product unknown)",
        verdict: "unanswered",
        meaning: "the port is listed for iCloud Mail; if it is iCloud Mail, mail does not arrive",
      },
    ]);
  });
});
