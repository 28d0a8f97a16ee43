/** Sessions that announce ports of other flows, through the whole analysis: in any segmentation, at any time, without end. */
import { describe, expect, it } from "vitest";
import { readSession } from "../../src/engine/read-captures.ts";
import { Session } from "../../src/engine/session.ts";
import type { Collector } from "../../src/reports/collector.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { appleList, appleRules, readWhole } from "../support/analyze.ts";
import { CLIENT, flowAt, ftp, rtsp, SERVER, textHead } from "../support/announced-captures.ts";
import { Capture } from "../support/conversation.ts";
import { memorySource } from "../support/memory-source.ts";

describe("an announcing session", () => {
  it("is remembered after its end", async () => {
    const capture = new Capture();
    rtsp(capture);
    // The flow that first used this entry has ended when the other one ends.
    capture.udp(`${SERVER}:6970`, `${CLIENT}:39166`);
    for (let i = 0; i < 20; i++) capture.wait(30).udp(`${SERVER}:6970`, `${CLIENT}:39166`);
    const flow = await flowAt(capture, 6970, { idleTimeoutSeconds: 60 });
    expect(flow).toMatchObject({ class: "listed", protocol: "rtsp" });
    expect(flow.announcedBy).not.toBeNull();
  });

  it("is parsed from any segmentation, out of order, and after a gap", async () => {
    const passive = "227 Entering Passive Mode (192,0,2,2,195,89)\r\n";
    for (const size of [1, 2, 7, 20]) {
      const capture = new Capture();
      const stream = ftp(capture).say(1, passive, size);
      // A retransmission without new bytes, and what follows.
      stream.client("NOOP\r\n");
      capture.tcp(`${CLIENT}:40001`, `${SERVER}:50009`).server("data");
      expect((await flowAt(capture, 50_009)).reason, `${size}`).toBe("no-product-listed");
      if (size === 1) continue;
      const first = capture.records.findIndex(({ bytes }) => Buffer.from(bytes).includes("22"), 5);
      const swapped = new Capture();
      swapped.records.push(...capture.records);
      const at = first + 4;
      const [a, b] = [capture.records[at], capture.records[at + 1]];
      swapped.records[at] = { ...b, time: a.time };
      swapped.records[at + 1] = { ...a, time: b.time };
      expect((await flowAt(swapped, 50_009)).reason, `${size} swapped`).toBe("no-product-listed");
    }
    const lossy = new Capture();
    const stream = ftp(lossy).say(1, "230 in\r\n", 1400, true);
    for (let i = 0; i < 20; i++) stream.server(passive.replace("89", `${i}`)).client("PASV\r\n");
    lossy.tcp(`${CLIENT}:40001`, `${SERVER}:${195 * 256 + 19}`).server("data");
    expect((await flowAt(lossy, 195 * 256 + 19)).reason).toBe("no-product-listed");
  });

  it("may have begun before the capture", async () => {
    const capture = new Capture();
    capture
      .tcp(`${CLIENT}:40000`, `${SERVER}:554`, false)
      .server(
        textHead(
          "RTSP/1.0 200 OK",
          "CSeq: 1",
          "Transport: RTP/AVP;unicast;client_port=39166;server_port=6970",
        ),
      );
    capture.udp(`${SERVER}:6970`, `${CLIENT}:39166`);
    expect((await flowAt(capture, 6970)).announcedBy).not.toBeNull();
  });

  it("that announces too many ports drops the excess, and counts it", async () => {
    const capture = new Capture();
    const stream = ftp(capture);
    for (let i = 0; i < 700; i++) stream.client(`PORT 192,0,2,1,200,${i % 256}\r\n`);
    const session = new Session({ services: appleList, rules: appleRules }, { maxFlows: 10 }, []);
    await readWhole(session, memorySource(capture.records));
    const losses: Collector<number> = {
      add: () => {},
      snapshot: () => losses,
      // biome-ignore lint/correctness/useYield: one step
      *report({ evidenceDropped }) {
        return evidenceDropped.names;
      },
    };
    const dropped = session.report(losses);
    expect(dropped).toBe(700 - 512);
  });
});

describe("the lab capture", () => {
  const CASES = [
    ["airplay.pcap", 3, { class: "identified", products: ["AirPlay"], evidence: "announced" }],
    ["ftp.pcap", 4, { class: "unlisted", reason: "no-product-listed", protocol: "ftp" }],
    ["rtsp.pcap", 1, { class: "listed", protocol: "rtp" }],
    ["rtsp-alternate.pcapng", 1, { class: "listed", protocol: "rtp", servicePort: 6972 }],
    ["nfs.pcap", 14, { protocol: "onc-rpc" }],
  ] as const;

  it.each(CASES)("%s has %i announced flows", async (name, count, expected) => {
    const flows: FlowReport[] = [];
    const collector = new FlowCollector((flow) => flows.push(flow));
    const session = await readSession(
      [`fixtures/lab/${name}`],
      {},
      { services: appleList, rules: appleRules },
      [collector],
    );
    session.report(collector);
    const ids = new Set(flows.map(({ communityId }) => communityId));
    const announced = flows.filter(({ announcedBy }) => announcedBy !== null);
    expect(announced).toHaveLength(count);
    for (const flow of announced) {
      expect(flow).toMatchObject(expected);
      expect(ids).toContain(flow.announcedBy);
    }
  });
});
