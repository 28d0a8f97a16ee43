/** `flows --explain`: which flows are meant, and what is said of them. */
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const CAPTURE = "fixtures/lab/apple-names.pcapng";

async function explain(what: string, ...more: string[]) {
  return runCli(["flows", CAPTURE, "--max-flows", "2000", "--explain", what, ...more]);
}

/** The first line of each paragraph. */
function flowsIn(text: string): string[] {
  return text.split("\n").filter((line) => /^(tcp|udp) /.test(line));
}

describe("flows --explain", () => {
  it("takes a product, by an alias too", async () => {
    const { status, stdout } = await explain("software update");
    expect(status).toBe(0);
    expect(flowsIn(stdout)).toHaveLength(1);
    expect(stdout).toContain("server name mesu.apple.com (TLS)");
    expect(flowsIn((await explain("APNs")).stdout)).toHaveLength(0);
  });

  it("takes an address, in any form of writing it, and a port with it", async () => {
    const all = flowsIn((await explain("17.253.15.201")).stdout);
    expect(all).toHaveLength(2);
    expect(flowsIn((await explain("17.253.15.201:443")).stdout)).toEqual(all);
    expect(flowsIn((await explain("17.253.15.201:80")).stdout)).toEqual([]);
    const ipv6 = flowsIn((await explain("2620:149:AF0:0::10")).stdout);
    expect(ipv6).toHaveLength(1);
    expect(flowsIn((await explain("[2620:149:af0::10]:443")).stdout)).toEqual(ipv6);
  });

  it("takes a Community ID, as `flows` prints it", async () => {
    const { stdout } = await runCli(["flows", CAPTURE, "--max-flows", "2000"]);
    const flow = JSON.parse(stdout.split("\n").find((line) => line.includes("mesu.apple.com")) ?? "");
    const explained = flowsIn((await explain(flow.communityId)).stdout);
    expect(explained).toHaveLength(1);
    expect(explained[0]).toContain(flow.communityId);
  });

  it("says what it takes, for anything else", async () => {
    const { status, stdout, stderr } = await explain("nonsense");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain('--explain: "nonsense" is no Community ID, address, address:port or product');
  });

  it("explains by the port alone where evidence is not wanted", async () => {
    const { stdout } = await explain("17.253.15.201", "--no-evidence");
    expect(stdout).not.toContain("server name");
    expect(stdout).toContain("evidence: port");
  });
});

describe("--rules", () => {
  it("has no meaning with --no-evidence", async () => {
    const { status, stderr } = await runCli(["flows", CAPTURE, "--rules", "x.tsv", "--no-evidence"]);
    expect(status).toBe(1);
    expect(stderr).toContain("--rules has no meaning with --no-evidence");
  });
});
