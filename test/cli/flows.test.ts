import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, capturesOfFlows, cutCapture, officeCapture } from "./sample-captures.ts";

let folder: CaptureFolder;
let office: string;

beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
});
afterAll(() => folder.remove());

function flowsOf(text: string): FlowReport[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("flows", () => {
  it("prints one JSON object per line and flow", async () => {
    const { status, stdout, stderr } = await runCli(["flows", office]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const flows = flowsOf(stdout);
    expect(flows).toHaveLength(6);
    expect(flows.find(({ servicePort }) => servicePort === 5223)).toMatchObject({
      transport: "tcp",
      originator: { address: "10.0.0.1", port: 60_001 },
      responder: { address: "17.57.144.1", port: 5223 },
      orientation: "syn",
      start: "2026-01-31T09:00:00.500000Z",
      packets: { originator: 1, responder: 1 },
      reason: null,
      candidates: [],
    });
    // The server is in Apple's networks, so no port decides.
    expect(flows.find(({ servicePort }) => servicePort === 16_385)).toMatchObject({
      class: "apple",
      products: [],
      evidence: "address",
    });
    const byList = flowsOf((await runCli(["flows", office, "--no-evidence"])).stdout);
    expect(byList.find(({ servicePort }) => servicePort === 53)).toMatchObject({
      class: "unlisted",
      candidates: [],
      evidence: null,
      reason: "no-product-listed",
    });
  });

  it("prints the same flows as CSV", async () => {
    const { stdout } = await runCli(["flows", office, "--format", "csv", "--no-evidence"]);
    const [header, ...rows] = stdout.trimEnd().split("\n");
    expect(header).toBe(
      "transport,originator_address,originator_port,responder_address,responder_port,service_port,orientation," +
        "start,end,packets_originator,packets_responder,bytes_originator,bytes_responder,tcp,protocol,class," +
        "products,candidates,hints,evidence,off_list,label,reason,unverified,server_name,process," +
        "originator_device,responder_device,community_id",
    );
    expect(rows).toHaveLength(6);
    const time = "2026-01-31T09:00:03.500000Z";
    const start = `udp,10.0.0.3,60003,17.57.144.1,16385,16385,list,${time},${time},1,0,242,0,,,`;
    expect(rows.find((row) => row.startsWith(start))?.slice(start.length)).toMatch(
      /^listed,,Messages \| FaceTime \| Game Center,,,,,,false,,,,,1:.{28}$/,
    );
  });

  it("accepts the options that control how captures are read", async () => {
    const { stdout } = await runCli(["flows", office, "--filter", "udp", "--no-progress"]);
    expect(flowsOf(stdout)).toHaveLength(3);
    const early = await runCli(["flows", office, "--to", "2026-01-31T09:00:02Z"]);
    expect(flowsOf(early.stdout)).toHaveLength(1);
  });

  it("writes every flow, however many there are", async () => {
    const many = folder.put("many.pcap", capturesOfFlows(3000));
    const { stdout } = await runCli(["flows", many]);
    expect(flowsOf(stdout)).toHaveLength(3000);
  });

  it("stops without an error when its reader closes the pipe", async () => {
    const many = folder.put("many.pcap", capturesOfFlows(3000));
    const { status, stdout, stderr } = await runCli(["flows", many], { writesRead: 1 });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(flowsOf(stdout).length).toBeLessThan(3000);
  });

  it("prints flows read before a truncation, with status 2, and nothing if nothing could be read", async () => {
    const cut = await runCli(["flows", folder.put("cut.pcap", cutCapture())]);
    expect(cut.status).toBe(2);
    expect(flowsOf(cut.stdout)).toHaveLength(6);
    expect(cut.stderr).toMatch(/^appleflow: .*record 10/);
    const none = await runCli(["flows", folder.file("no.pcap"), "--format", "csv"]);
    expect(none).toEqual({
      status: 3,
      stdout: "",
      stderr: `appleflow: ${folder.file("no.pcap")}: no such file\n`,
    });
  });

  it("truncates the --output file when there are no flows", async () => {
    const file = folder.put("flows.ndjson", "old");
    const { status } = await runCli(["flows", office, "--from", "2030-01-01", "--output", file]);
    expect(status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("");
  });

  it.runIf(existsSync("/dev/full"))("reports a full disk", async () => {
    const { status, stderr } = await runCli(["flows", office, "--output", "/dev/full"]);
    expect(status).toBe(6);
    expect(stderr).toBe("appleflow: /dev/full: no space left on the device\n");
  });
});
