/** An annotated copy has the same summary as its original, and a comment for each flow. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { HOSTILE_NAMES, hostileCapture } from "../support/hostile-captures.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, officeCapture } from "./sample-captures.ts";

let folder: CaptureFolder;
let office: string;
let copy: string;

beforeAll(() => {
  folder = new CaptureFolder();
});
beforeEach(() => {
  office = folder.put("office.pcap", officeCapture());
  copy = folder.file("copy.pcapng");
});
afterAll(() => folder.remove());

/** The summary of packets and flows, without names and formats of the sources. */
async function summaryOf(...captures: readonly string[]) {
  const { stdout } = await runCli(["summarize", ...captures, "--format", "json"]);
  const { capture, ...rest }: Summary = JSON.parse(stdout);
  const sources = capture.sources.map(({ name: _, format: __, ...source }) => source);
  return { ...rest, capture: { ...capture, sources } };
}

function commentsIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/appleflow \[[a-z]+\] [^\0]*/g)].map(([comment]) => comment);
}

/** One capture of each kind: formats, sections, processes, fragments, tunnels, frame checks, clocks, weirds. */
const CAPTURES = [
  "any-interface.pcapng",
  "big-endian.pcapng",
  "fragments.pcap",
  "frame-check.pcap",
  "gzip-members.pcapng.gz",
  "link-wifi-aggregate.pcap",
  "mac-vpn.pcapng",
  "malformed.pcap",
  "nanoseconds.pcap",
  "obsolete-packets.pcapng",
  "process-comments.pcapng",
  "processes.pcapng",
  "reopened.pcap",
  "snaplen-cut.pcap",
  "time-resolutions.pcapng",
  "tunnel-nested.pcap",
  "two-sections.pcapng",
  "zstd.pcap.zst",
];

describe("annotate", () => {
  it.each(CAPTURES)("writes a copy of %s with the same summary", async (name) => {
    const result = await runCli(["annotate", `fixtures/${name}`, "-o", copy]);
    expect(result).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(await summaryOf(copy)).toEqual(await summaryOf(`fixtures/${name}`));
  });

  it("writes one comment per flow: its class, its products and the evidence", async () => {
    for (const name of ["phone-morning.pcapng", "processes.pcapng", "tunnel-vxlan.pcap"]) {
      await runCli(["annotate", `fixtures/${name}`, "-o", copy]);
      const { stdout } = await runCli(["flows", `fixtures/${name}`]);
      const flows = stdout.trimEnd().split("\n");
      const classes = flows.map((line) => (JSON.parse(line) as FlowReport).class).sort();
      const comments = commentsIn(copy);
      expect(comments.map((comment) => comment.match(/\[([a-z]+)\]/)?.[1]).sort()).toEqual(classes);
    }
    await runCli(["annotate", "fixtures/phone-morning.pcapng", "-o", copy]);
    expect(commentsIn(copy)).toContainEqual(
      expect.stringMatching(/^appleflow \[identified\] identified as .* \(server-name: .*\); server name /),
    );
  });

  it("merges several captures in time order", async () => {
    const both = ["fixtures/phone-morning.pcapng", "fixtures/office-morning.pcapng"];
    await runCli(["annotate", ...both, "-o", copy]);
    const [one, other] = [await summaryOf(copy), await summaryOf(...both)];
    expect(one.groups).toEqual(other.groups);
    expect(one.capture.packets).toBe(other.capture.packets);
    const packets = ({ capture }: typeof one) =>
      capture.sources.flatMap(({ interfaces }) => interfaces.map(({ packets }) => packets)).sort();
    expect(packets(one)).toEqual(packets(other));
    expect(one.capture.sources).toHaveLength(1);
  });

  it("escapes hostile names in comments", async () => {
    for (const [place, evil] of HOSTILE_NAMES.slice(-4).entries()) {
      const capture = folder.put("hostile.pcapng", hostileCapture(evil, place));
      await runCli(["annotate", capture, "-o", copy]);
      const comments = commentsIn(copy);
      expect(comments.length).toBeGreaterThan(3);
      for (const comment of comments) expect(comment).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  it("leaves out packets excluded by the options", async () => {
    await runCli(["annotate", office, "--filter", "port 5223", "-o", copy]);
    expect((await summaryOf(copy)).capture.packets).toBe(2);
  });

  it("replaces earlier comments when it annotates its own output", async () => {
    await runCli(["annotate", office, "-o", copy]);
    const first = readFileSync(copy);
    await runCli(["annotate", copy, "-o", folder.file("again.pcapng")]);
    expect(readFileSync(folder.file("again.pcapng")).equals(first)).toBe(true);
  });

  it("reports how many flows have no comment because their packets have no time", async () => {
    const frame = packet().ethernet().ipv4().udp({ sourcePort: 50_000, destinationPort: 5223 }).build();
    const bytes = pcapng().section().interface().simplePacket(frame).build();
    const simple = await runCli(["annotate", folder.put("simple.pcapng", bytes), "-o", copy]);
    expect(simple).toEqual({
      status: 0,
      stdout: "",
      stderr: "appleflow: 1 flow without a comment: their packets have no time\n",
    });
    expect((await summaryOf(copy)).capture.start).toBeNull();
  });

  it("writes the readable part of a truncated capture and says so; writes nothing if nothing could be read", async () => {
    const cut = await runCli(["annotate", "fixtures/cut-record.pcap", "-o", copy]);
    expect(cut.status).toBe(2);
    expect(cut.stderr).toMatch(/record 6 at byte 692 needs 246 bytes, 226 left/);
    expect((await summaryOf(copy)).capture.packets).toBe(5);
    const none = await runCli(["annotate", "package.json", "-o", folder.file("none.pcapng")]);
    expect(none.status).toBe(3);
    expect(existsSync(folder.file("none.pcapng"))).toBe(false);
  });

  it("never overwrites an input capture, given by name or in a folder", async () => {
    const before = readFileSync(office);
    for (const input of [office, folder.path]) {
      const { status, stderr } = await runCli(["annotate", input, "-o", office]);
      expect(status).toBe(1);
      expect(stderr).toContain("would overwrite a capture that it reads");
      expect(readFileSync(office).equals(before)).toBe(true);
    }
  });

  it("refuses a pipe, because it needs two passes", async () => {
    const { status, stderr } = await runCli(["annotate", "-", "-o", copy]);
    expect(stderr).toBe(
      "appleflow: -: a pipe can be read only once, and this needs two passes: save it to a file first\n",
    );
    expect(status).toBe(1);
  });

  it("refuses a terminal, and writes to a pipe", async () => {
    const { status, stderr } = await runCli(["annotate", office], { columns: 80 });
    expect([status, stderr]).toEqual([
      1,
      "appleflow: a capture cannot be written to a terminal: use --output FILE, or a pipe\n",
    ]);
    const gone = await runCli(["annotate", office, "-o", "-"], { writesRead: 0 });
    expect([gone.status, gone.stderr]).toEqual([0, ""]);
  });

  it("creates a file that only its owner can read", async () => {
    await runCli(["annotate", office, "-o", folder.file("own.pcapng")]);
    expect(statSync(folder.file("own.pcapng")).mode & 0o077).toBe(0);
  });
});
