/** `appleflow rules`: selection of products, refused options, notes in the output, and exit status. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The first five columns of the CSV, without its header. */
async function csvRules(...args: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await runCli(["rules", ...args, "--format", "csv"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").slice(0, 5).join(","));
}

describe("rules for products", () => {
  it("accept names, aliases and parts of names in any case", async () => {
    const facetime = await csvRules("FaceTime");
    expect(facetime).toHaveLength(6);
    expect(await csvRules("facetime")).toEqual(facetime);
    expect(await csvRules("APNs")).toEqual(await csvRules("Push notifications"));
    expect(await csvRules("remote apple")).toEqual(await csvRules("Remote Apple Events"));
  });

  it("accept families, and names beside them", async () => {
    const family = await csvRules("--family", "game center", "--family", "Push notifications", "Xsan");
    const names = ["Game Center", "Push notifications", "Feedback service", "Xsan"];
    expect(family).toEqual(await csvRules(...names));
  });

  it("cover everything that has not ended if no name is given", async () => {
    const living = await csvRules();
    const all = await csvRules("--with-retired");
    // Including Jabber's port 5222.
    expect(living).toContain("outbound,tcp,5222,5223,yes");
    expect(living).not.toContain("outbound,tcp,4488,4488,yes");
    expect(all).toContain("outbound,tcp,4488,4488,yes");
    expect(all.length).toBeGreaterThan(living.length);
  });

  it("are written for nftables by default, for a router or a host", async () => {
    const router = await runCli(["rules", "FaceTime", "--inside", "lan0"]);
    expect(router.stdout).toContain("type filter hook forward priority filter; policy accept;");
    // The policy that drops everything else is present but commented out.
    expect(router.stdout).toMatch(/^#policy \t\tcounter drop/m);
    expect(router.stdout).not.toMatch(/^[^#]*drop/m);
    const host = await runCli(["rules", "Screen Sharing", "--hook", "output", "--with-inbound"]);
    expect(host.stdout).toContain("type filter hook output priority filter; policy accept;");
    expect(host.stdout).toContain("type filter hook input priority filter; policy accept;");
  });

  it("list in the file what was left out", async () => {
    const { stdout } = await runCli(["rules", "Back to My Mac", "AirPlay", "--format", "pf"]);
    expect(stdout).toMatch(
      /^# Left out, because rows of more than 100 ports[^\n]*\(--with-wide\):(\n# )? *49152-65535\/udp/m,
    );
    expect(stdout.replaceAll("\n#  ", "")).toContain(
      "not on Apple's list (--with-off-list): 7000/tcp (AirPlay), 319-320/udp (AirPlay).",
    );
    expect(stdout.replaceAll("\n#  ", "")).toContain("(--with-inbound): 500/udp (Back to My Mac)");
    const wide = await csvRules("Back to My Mac", "--with-wide");
    expect(wide).toContain("outbound,udp,49152,65535,yes");
    expect(await csvRules("AirPlay", "--with-off-list")).toContain("outbound,tcp,7000,7000,no");
  });

  it("include the user's own rows", async () => {
    const own = fileOf("own.tsv", "port\ttransport\tused_by\n7000–7002\tTCP\tFaceTime, Our intranet\n");
    expect(await csvRules("FaceTime", "--ports", own)).toContain("outbound,tcp,7000,7002,yes");
    expect(await csvRules("our intranet", "--ports", own)).toEqual(["outbound,tcp,7000,7002,yes"]);
  });

  it.each([
    [["FaceTme"], 'no product is called "FaceTme"'],
    [["iTunes"], '"iTunes" may be iTunes U, iTunes Store'],
    [["--family", "Phones"], 'no family is called "Phones"'],
    [["FaceTime", "--format", "table"], "--format table needs --audit"],
    [["FaceTime", "--outside", "wan0"], "need --audit"],
    [["FaceTime"], "need --inside INTERFACE or --source NETWORK"],
    [["FaceTime", "--format", "iptables", "--with-inbound"], "need --inside INTERFACE or --source NETWORK"],
    [["FaceTime", "--hook", "output", "--inside", "lan0"], "--hook output for a host"],
    [["FaceTime", "--format", "csv", "--source", "10.0.0.0/8"], "are for nftables, iptables, pf, cisco"],
    [["FaceTime", "--inside", 'lan0" accept'], "is not the name of one interface"],
    [["FaceTime", "--inside", "lan*"], "is not the name of one interface"],
    [["FaceTime", "--inside", "lan+", "--format", "iptables"], "is not the name of one interface"],
    [["FaceTime", "--inside", "any", "--format", "pf"], "is not the name of one interface"],
    [["FaceTime", "--inside", "GigabitEthernet0/1"], "has at most 15 characters"],
    [["FaceTime", "--source", "0.0.0.0/0"], "is outside 1 to 32"],
    [["FaceTime", "--source", "10.1.0.7/16"], "has bits set beyond its 16"],
    [["FaceTime", "--source", "10.1.0.0"], "is not ADDRESS/LENGTH"],
    [["--audit", "x.json", "--source", "10.0.0.7/8"], "has bits set beyond its 8"],
    [["FaceTime", "--format", "list"], "--to apple or --to names"],
    [["FaceTime", "--format", "squid"], "--format squid needs --to names"],
    [["FaceTime", "--to", "names", "--format", "pf"], "--format pf cannot be used with --to names"],
    [["FaceTime", "--to", "names", "--format", "dnsmasq"], "need --inside INTERFACE or --source NETWORK"],
    [["FaceTime", "--to", "names", "--inside", "lan0"], "are for dnsmasq"],
    [["FaceTime", "--to", "apple", "--with-inbound", "--inside", "lan0"], "--with-inbound needs --to any"],
    [["Xsan", "--to", "names"], "no name is known for Xsan Filesystem Access"],
    [["--audit", "x.json", "--format", "pf"], "--format pf cannot be used with --audit"],
    [["--audit", "x.json", "--from", "y.pcap"], "--audit and --from cannot be combined"],
    [["--audit", "no-such-file.json"], "no-such-file.json: no such file"],
    [["--audit", "package.json"], 'no array "nftables"'],
  ])("refuses %j", async (args, problem) => {
    const { status, stdout, stderr } = await runCli(["rules", ...args]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(problem);
  });
});

describe("rules from a capture", () => {
  const CALL = "fixtures/lab/apple-facetime.pcapng";

  it("open the rows that flows went to, for the products they belonged to", async () => {
    expect(await csvRules("--from", CALL)).toEqual([
      "outbound,tcp,443,443,yes",
      "outbound,tcp,5223,5223,yes",
      "outbound,udp,3478,3497,yes",
      "outbound,udp,16384,16403,yes",
    ]);
    expect(await csvRules("FaceTime", "--from", CALL)).toEqual([
      "outbound,tcp,443,443,yes",
      "outbound,udp,3478,3497,yes",
      "outbound,udp,16384,16387,yes",
      "outbound,udp,16393,16402,yes",
    ]);
  });

  it("do not open wide ranges, even those with traffic", async () => {
    expect(await csvRules("--from", "fixtures/wide-ranges.pcap", "--with-wide")).toEqual([
      "outbound,tcp,993,993,yes",
      "outbound,tcp,8080,8080,yes",
    ]);
  });

  it("open every port that was used, including ports that are not on the list", async () => {
    const relay = await csvRules("--from", "fixtures/lab/apple-private-relay.pcap");
    expect(relay).toContain("outbound,udp,443,443,no");
  });

  it("cover what could be read, and are not written if nothing could be read", async () => {
    const cut = await runCli(["rules", "--from", "fixtures/cut-record.pcap", "--inside", "lan0"]);
    expect(cut.status).toBe(2);
    expect(cut.stdout).toContain("table inet appleflow");
    expect(cut.stderr).not.toBe("");
    const output = join(folder, "none.nft");
    const none = await runCli(["rules", "--from", "package.json", "--output", output, "--inside", "lan0"]);
    expect({ status: none.status, stdout: none.stdout }).toEqual({ status: 3, stdout: "" });
    expect(existsSync(output)).toBe(false);
  });
});

describe("an audit of firewall rules", () => {
  /** A ruleset as listed by nft: all of FaceTime's ports except one, and answers. */
  const rules = [
    [{ match: { op: "in", left: { ct: { key: "state" } }, right: ["established", "related"] } }],
    ...[80, 443, { range: [5222, 5223] }].map((right) => [
      { match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right } },
    ]),
    [
      {
        match: {
          op: "==",
          left: { payload: { protocol: "udp", field: "dport" } },
          right: { range: [3478, 16387] },
        },
      },
    ],
  ].map((expr, index) => ({
    rule: {
      family: "inet",
      table: "edge",
      chain: "out",
      handle: index + 4,
      expr: [...expr, { accept: null }],
    },
  }));
  const chain = {
    family: "inet",
    table: "edge",
    name: "out",
    handle: 1,
    type: "filter",
    hook: "forward",
    prio: 0,
    policy: "drop",
  };
  const file = fileOf("edge.json", JSON.stringify({ nftables: [{ chain }, ...rules] }));

  it("names the deciding rule, and exits with 4 if a named product is blocked", async () => {
    const { status, stdout, stderr } = await runCli(["rules", "FaceTime", "--audit", file], { columns: 160 });
    expect({ status, stderr }).toEqual({ status: 4, stderr: "" });
    expect(stdout).toContain("Rows: 5 allowed, 1 blocked, 0 partly, 0 undecided");
    const words = stdout.replaceAll(/\s+/g, " ");
    expect(words).toContain("inet edge out handle 6: tcp dport 443 accept");
    expect(words).toContain("inet edge out: policy drop");
    expect((await runCli(["rules", "Push notifications", "--audit", file])).status).toBe(4);
    expect((await runCli(["rules", "iMessage", "--audit", file])).status).toBe(0);
  });

  it("of the whole list exits with 0, whatever it finds", async () => {
    const { status, stdout } = await runCli(["rules", "--audit", file, "--format", "json"]);
    const report = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report.schema).toBe("appleflow/audit@1");
    expect(report.rows).toHaveLength(130);
    expect(report.rows.find(({ port }: { port: string }) => port === "5223").parts).toEqual([
      {
        transport: "tcp",
        ports: "5223",
        version: null,
        destination: null,
        networks: [],
        devices: [],
        verdict: "allowed",
        stage: "opening",
        rule: { family: "inet", table: "edge", chain: "out", handle: 7, text: "tcp dport 5222-5223 accept" },
        reason: "",
      },
    ]);
  });

  it("prints each part as a CSV line and each row as a Markdown row, also to a file", async () => {
    const csv = await runCli(["rules", "Game Center", "--audit", file, "--format", "csv"]);
    expect(csv.stdout).toContain(
      "16393–16402,UDP,,blocked,udp,16393-16402,,,,,blocked,opening,inet,edge,out,,policy drop,".replace(
        ",,blocked",
        ',"Real-Time Transport Protocol (RTP), Real-Time Control Protocol (RTCP)",blocked',
      ),
    );
    const output = join(folder, "audit.md");
    await runCli(["rules", "--audit", file, "--format", "markdown", "--output", output]);
    const lines = readFileSync(output, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| "));
    expect(lines).toHaveLength(132);
  });

  it("can be limited to one version of IP", async () => {
    const only4 = fileOf("four.json", readFileSync(file, "utf8").replaceAll('"inet"', '"ip"'));
    const both = await runCli(["rules", "FaceTime", "--audit", only4, "--format", "json"]);
    expect(JSON.parse(both.stdout).counts).toEqual({ allowed: 5, blocked: 0, partly: 1, undecided: 0 });
    const four = await runCli(["rules", "FaceTime", "--audit", only4, "--format", "json", "--ip", "4"]);
    expect(JSON.parse(four.stdout).counts).toEqual({ allowed: 5, blocked: 1, partly: 0, undecided: 0 });
    expect((await runCli(["rules", "FaceTime", "--audit", only4, "--ip", "6"])).status).toBe(0);
  });

  it("escapes control characters of a ruleset", async () => {
    const hostile = fileOf(
      "hostile.json",
      readFileSync(file, "utf8").replaceAll('"edge"', '"\\u001b[2J\\u202eedge|`"'),
    );
    for (const format of ["table", "json", "csv", "markdown"]) {
      const { stdout } = await runCli(["rules", "--audit", hostile, "--format", format]);
      expect(stdout.includes("\u001b") || stdout.includes("\u202e"), format).toBe(false);
      expect(stdout, format).toContain("edge");
    }
  });
});
