/** `flows --explain`: the selected flows, and their explanations. */
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
  it("accepts a product, also by an alias", async () => {
    const { status, stdout } = await explain("software update");
    expect(status).toBe(0);
    expect(flowsIn(stdout)).toHaveLength(1);
    expect(stdout).toContain("server name mesu.apple.com (TLS)");
    const alias = await explain("APNs");
    expect(alias).toMatchObject({ status: 0, stdout: "" });
    expect(alias.stderr).toMatch(
      /^appleflow: no flow belongs to Push notifications, .*; evidence names App Store, .* and 7 more/,
    );
  });

  it("accepts an address in any notation, with or without a port", async () => {
    const all = flowsIn((await explain("17.253.15.201")).stdout);
    expect(all).toHaveLength(2);
    expect(flowsIn((await explain("17.253.15.201:443")).stdout)).toEqual(all);
    const none = await explain("17.253.15.201:80");
    expect(none).toMatchObject({ status: 0, stdout: "" });
    // The client takes part in nearly all flows.
    expect(none.stderr).toContain(
      "no flow has the address 17.253.15.201:80; the most bytes have 10.77.0.1 (",
    );
    const ipv6 = flowsIn((await explain("2620:149:AF0:0::10")).stdout);
    expect(ipv6).toHaveLength(1);
    expect(flowsIn((await explain("[2620:149:af0::10]:443")).stdout)).toEqual(ipv6);
  });

  it("accepts a Community ID as printed by `flows`", async () => {
    const { stdout } = await runCli(["flows", CAPTURE, "--max-flows", "2000"]);
    const flow = JSON.parse(stdout.split("\n").find((line) => line.includes("mesu.apple.com")) ?? "");
    const explained = flowsIn((await explain(flow.communityId)).stdout);
    expect(explained).toHaveLength(1);
    expect(explained[0]).toContain(flow.communityId);
  });

  it("lists what it accepts when given anything else", async () => {
    const { status, stdout, stderr } = await explain("nonsense");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("--explain takes a Community ID, an address, address:port or a product");
    expect((await explain("sofware updat")).stderr).toContain("did you mean Software Update?");
  });

  it("resolves product names as `rules` does", async () => {
    for (const name of ["SOFTWARE UPDATE", "software upd", "APNs", "itunes"]) {
      const flows = await explain(name);
      const rules = await runCli(["rules", name, "--hook", "output"]);
      expect(flows.status === 1, name).toBe(rules.status === 1);
      if (flows.status === 1) expect(flows.stderr).toBe(rules.stderr);
    }
  });

  it("begins with the number of flows, and explains those with the most bytes first", async () => {
    const { stdout } = await explain("10.77.0.1", "--all");
    const [head] = stdout.split("\n");
    const paragraphs = flowsIn(stdout);
    expect(head).toMatch(/^10\.77\.0\.1: \d+ of 28 flows, [\d.]+ kB of 33\.8 kB$/);
    expect(head).toContain(`: ${paragraphs.length} of `);
    const sizes = paragraphs.map(
      (line) => Number(/, ([\d.]+) k?B, /.exec(line)?.[1]) * (line.includes(" kB,") ? 1000 : 1),
    );
    expect(sizes.length).toBeGreaterThan(5);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));

    const short = await explain("10.77.0.1", "--top", "2");
    expect(short.stdout.startsWith(`${head}\n`)).toBe(true);
    expect(flowsIn(short.stdout)).toEqual(paragraphs.slice(0, 2));
    expect(short.stdout).toMatch(
      new RegExp(`^${paragraphs.length - 2} more flows with fewer bytes: --all`, "m"),
    );
  });

  it("reports in how many flows only the port suggests the product", async () => {
    const { stdout } = await runCli(["flows", "fixtures/lab/ssh.pcap", "--explain", "Xcode Server"]);
    expect(stdout).toMatch(/^Xcode Server: 2 of 2 flows, .*: possible by the port alone in 2 \(27\.3 kB\)$/m);
  });

  it("ends each explanation with the result in words", async () => {
    const { stdout } = await explain("software update");
    expect(stdout).toContain(
      "result      identified as Software Update (server-name: the client asked for that name)",
    );
  });

  it.each([
    [["--format", "csv"], "--format cannot be combined with --explain"],
    [["--format", "ndjson"], "--format cannot be combined with --explain"],
    [["--top", "1", "--all"], "--top and --all cannot be combined"],
  ])("refuses %j", async (more, message) => {
    const { status, stderr } = await explain("FaceTime", ...more);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });

  it("is required by --top and --all", async () => {
    const { status, stderr } = await runCli(["flows", CAPTURE, "--top", "3"]);
    expect(status).toBe(1);
    expect(stderr).toContain("--top and --all need --explain");
  });

  it("reveals no address under --anonymise", async () => {
    // One key in 256 gives these addresses pseudonyms that begin as they do.
    const anonymised = ["--anonymise-key", "5a".repeat(32)];
    const { stdout, stderr } = await explain("10.9.9.9", ...anonymised);
    expect(stdout).toBe("");
    expect(stderr).not.toContain("10.77.");
    expect((await explain("10.77.0.1", ...anonymised)).stdout).not.toContain("10.77.");
  });

  it("explains by the port alone with --no-evidence", async () => {
    const { stdout } = await explain("17.253.15.201", "--no-evidence");
    expect(stdout).not.toContain("server name");
    expect(stdout).toContain("result      unknown: the port fits ");
  });
});

describe("--rules", () => {
  it("is refused with --no-evidence", async () => {
    const { status, stderr } = await runCli(["flows", CAPTURE, "--rules", "x.tsv", "--no-evidence"]);
    expect(status).toBe(1);
    expect(stderr).toContain("--rules cannot be combined with --no-evidence");
  });
});
