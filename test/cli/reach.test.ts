/** `appleflow reach` on the command line: exit status, both reports, questions, and anonymised reports. */
import { describe, expect, it } from "vitest";
import type { ReachReport } from "../../src/reports/reach/reach-report.ts";
import { runCli } from "./run-cli.ts";

const lab = (name: string) => `fixtures/lab/${name}`;
const FEW = ["--max-flows", "2000"];
/** A fixed key: a random one may map an address to itself. */
const HIDDEN = ["--anonymise-key", "ab".repeat(32)];

async function jsonOf(...args: readonly string[]): Promise<ReachReport> {
  const { stdout } = await runCli(["reach", ...args, ...FEW, "--format", "json"]);
  return JSON.parse(stdout) as ReachReport;
}

describe("the exit status of reach", () => {
  it.each([
    [0, "apple-facetime.pcapng"],
    [0, "fault-push-fell-back.pcapng"],
    [0, "fault-only-from-client.pcap"],
    [4, "fault-refused.pcap"],
    [4, "fault-name-blocked.pcap"],
  ])("is %i for %s", async (status, name) => {
    expect((await runCli(["reach", lab(name), ...FEW])).status).toBe(status);
  });

  it("reports unreadable input first", async () => {
    expect((await runCli(["reach", lab("fault-refused.pcap"), "fixtures/no-such.pcap", ...FEW])).status).toBe(
      2,
    );
    expect(await runCli(["reach", "fixtures/no-such.pcap", ...FEW])).toMatchObject({ status: 3, stdout: "" });
  });
});

describe("the JSON of reach", () => {
  it("has each row of the list once, in order, and the same bytes on each run", async () => {
    const args = ["reach", lab("fault-syn-dropped.pcapng"), ...FEW, "--format", "json"];
    const [first, second] = [await runCli(args), await runCli(args)];
    expect(first.stdout).toBe(second.stdout);
    const report = JSON.parse(first.stdout) as ReachReport;
    expect(report.schema).toBe("appleflow/reach@2");
    expect(report.rows).toHaveLength(130);
    expect(report.rows.filter(({ coverage }) => coverage === "failed").map(({ port }) => port)).toEqual([
      "5223",
    ]);
  });

  it("lists ports towards Apple that the list does not have", async () => {
    const { unlisted } = await jsonOf(lab("apple-quic.pcapng"));
    expect(unlisted.map(({ transport, port, verdict }) => `${port}/${transport} ${verdict}`)).toEqual([
      "443/udp works",
    ]);
  });

  it("uses ports alone in port-only mode", async () => {
    const { products, blockedNames } = await jsonOf(lab("fault-name-blocked.pcap"), "--no-evidence");
    expect({ products, blockedNames }).toEqual({ products: [], blockedNames: [] });
  });
});

describe("reach --explain", () => {
  const explain = (what: string, ...args: readonly string[]) =>
    runCli(["reach", lab("fault-syn-dropped.pcapng"), ...FEW, "--explain", what, ...args]);

  it.each(["Push notifications", "5223", "5223/tcp", "tcp/5223", "17.249.14.17", "courier.push.apple.com"])(
    "answers for %s",
    async (what) => {
      const { stdout } = await explain(what);
      expect(stdout).toContain("10.77.1.1 to 17.249.14.17:5223 (courier.push.apple.com)");
      expect(stdout).toContain("5 SYNs, no answer");
      expect(stdout.replace(/\s+/g, " ")).toContain(
        "rule allow tcp from the clients to courier.push.apple.com (17.249.14.17) port 5223",
      );
    },
  );

  it("says that a port never tried proves nothing", async () => {
    const { stdout } = await explain("AirPlay");
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "AirPlay: never tried in this capture. That proves nothing",
    );
  });

  it.each(["Newton", "99999", "not a name"])("refuses %s", async (what) => {
    expect(await explain(what)).toMatchObject({ status: 1, stdout: "" });
  });

  it("refuses a host together with hidden hosts", async () => {
    expect(await explain("17.249.14.17", "--anonymise")).toMatchObject({ status: 1, stdout: "" });
    expect((await explain("5223", "--anonymise")).status).toBe(4);
  });
});

describe("reach --anonymise", () => {
  it("hides clients and local servers, and keeps products and verdicts", async () => {
    const name = lab("fault-prohibited.pcapng");
    const { stdout } = await runCli(["reach", name, ...FEW, "--format", "json", ...HIDDEN]);
    expect(stdout).not.toMatch(/"10\.77\.1\.(1|254)"|fd77:1:|fault-prohibited/);
    const [hidden, plain] = [JSON.parse(stdout) as ReachReport, await jsonOf(name)];
    const verdicts = ({ products }: ReachReport) =>
      products.map(({ product, verdict }) => `${product} ${verdict}`);
    expect(verdicts(hidden)).toEqual(verdicts(plain));
    expect(hidden.targets.map(({ communityId }) => communityId)).toEqual(plain.targets.map(() => null));
  });
});
