/** The bytes by which a protocol was recognised, in an explanation. */
import { expect, it } from "vitest";
import { anonymiseExplanation } from "../../src/anonymise/anonymous-flow.ts";
import { loadPseudonyms } from "../../src/anonymise/load-pseudonyms.ts";
import type { Explanation } from "../../src/evidence/attribution/attribution.ts";
import { renderExplanation } from "../../src/render/render-explanation.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { readWhole, testSession } from "../support/analyze.ts";
import { CLIENT, ftp, SERVER } from "../support/announced-captures.ts";
import { Capture } from "../support/conversation.ts";
import { memorySource } from "../support/memory-source.ts";

async function explained(capture: Capture): Promise<[FlowReport, Explanation][]> {
  const all: [FlowReport, Explanation][] = [];
  const collector = new FlowCollector((flow, explain) => all.push([flow, explain()]));
  const session = testSession({}, [collector]);
  await readWhole(session, memorySource(capture.records));
  session.report(collector);
  return all;
}

const textOf = ([flow, explanation]: [FlowReport, Explanation]) => renderExplanation(flow, explanation, null);

it("explained first bytes are those of the client, or of whoever spoke first", async () => {
  const capture = new Capture();
  ftp(capture);
  capture.tcp(`${CLIENT}:40001`, `${SERVER}:22`).server("SSH-2.0-x\r\n").client("SSH-2.0-y\r\n");
  capture.tcp(`${CLIENT}:40002`, `${SERVER}:2222`).say(1, "SSH-2.0-x\r\n", 3);
  const texts = (await explained(capture)).map(textOf);
  expect(texts[0]).toContain(
    "payload     ftp, recognised by the originator's first 8 bytes 55 53 45 52 20 61 6e 6f; the originator is the client",
  );
  expect(texts[1]).toMatch(
    /payload {5}ssh, recognised by the (originator|responder)'s first 8 bytes 53 53 48 2d 32 2e 30 2d/,
  );
  expect(texts[2]).toContain("ssh, recognised by the responder's first 8 bytes 53 53 48 2d 32 2e 30 2d");
});

it("explained first bytes are hidden by --anonymise, and so is the announcing flow", async () => {
  const capture = new Capture();
  ftp(capture).server("229 Passive (|||50009|)\r\n");
  capture.tcp(`${CLIENT}:40001`, `${SERVER}:50009`).server("data");
  const all = await explained(capture);
  const [session, data] = all;
  expect(textOf(data)).toContain(
    `announced   port announced by the flow ${session[0].communityId} (ftp): says nothing about a product; decides`,
  );
  expect(textOf(data)).toContain("result      as the session that announced it, no product's");
  const pseudonyms = loadPseudonyms();
  const hidden = all.map(([flow, explanation]) =>
    textOf([flow, anonymiseExplanation(explanation, pseudonyms)]),
  );
  expect(hidden[0]).toContain("payload     ftp; the originator is the client");
  expect(hidden[1]).toContain("announced   port announced by another flow (ftp)");
});
