/** Captures of sessions that announce ports, and the resulting flows. */

import { expect } from "vitest";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { readWhole, testSession } from "./analyze.ts";
import type { Capture } from "./conversation.ts";
import { memorySource } from "./memory-source.ts";

export const CLIENT = "192.0.2.1";
export const SERVER = "192.0.2.2";
export const OTHER = "192.0.2.3";

export async function flowsOf(capture: Capture, options = {}): Promise<FlowReport[]> {
  const flows: FlowReport[] = [];
  const session = testSession(options, [new FlowCollector((flow) => flows.push(flow))]);
  await readWhole(session, memorySource(capture.records));
  session.report(new FlowCollector(() => {}));
  return flows;
}

/** Returns the flow with a port at either end. */
export async function flowAt(capture: Capture, port: number, options = {}): Promise<FlowReport> {
  const found = (await flowsOf(capture, options)).filter(
    ({ originator, responder }) => originator.port === port || responder.port === port,
  );
  expect(found).toHaveLength(1);
  return found[0];
}

export const textHead = (...lines: readonly string[]) => `${lines.join("\r\n")}\r\n\r\n`;

/** An RTSP session that sets up media from port 6970 to the client's 39166. */
export function rtsp(capture: Capture, server = `${SERVER}:554`) {
  return capture
    .tcp(`${CLIENT}:40000`, server)
    .client(
      textHead("SETUP rtsp://a/b RTSP/1.0", "CSeq: 1", "Transport: RTP/AVP;unicast;client_port=39166-39167"),
    )
    .server(
      textHead(
        "RTSP/1.0 200 OK",
        "CSeq: 1",
        "Transport: RTP/AVP;unicast;client_port=39166-39167;server_port=6970-6971",
      ),
    );
}

export function ftp(capture: Capture) {
  return capture
    .tcp(`${CLIENT}:40000`, `${SERVER}:21`)
    .server("220 ready\r\n")
    .client("USER anonymous\r\n")
    .server("331 password\r\n");
}
