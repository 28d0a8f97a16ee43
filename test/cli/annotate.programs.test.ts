/** Wireshark's programs read the output of `annotate`, `extract` and `ports --format services` without warnings. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flows, summarize } from "../../src/engine/summarize.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { readRecords } from "../support/memory-source.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

const PHONE = "fixtures/phone-morning.pcapng";

let folder: CaptureFolder;

beforeAll(() => {
  folder = new CaptureFolder();
});
afterAll(() => folder.remove());

/** Returns the output of a program, which must print no warning. */
function output(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const result = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, ...env } });
  const complaints = result.stderr.replace(/^Running as user "root".*\n/m, "");
  expect([program, result.status, complaints]).toEqual([program, 0, ""]);
  return result.stdout;
}

/** Returns the output of tshark as cells. */
function cellsOf(capture: string, fields: readonly string[], filter = ""): string[][] {
  const named = fields.flatMap((field) => ["-e", field]);
  const text = output("tshark", ["-r", capture, "-Y", filter, "-T", "fields", ...named]);
  return text === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t"));
}

/** Returns the packets of a capture, identified by time and bytes. */
async function keysOf(capture: string): Promise<string[]> {
  const records = await readRecords(await openCapture(capture));
  return records.map(({ bytes, time }) => `${time} ${Buffer.from(bytes).toString("hex")}`);
}

describe("Wireshark's programs, given an annotated capture,", () => {
  it.each([
    PHONE,
    "fixtures/processes.pcapng",
    "fixtures/tunnel-nested.pcap",
    "fixtures/two-sections.pcapng",
  ])("show the comments in a copy of %s, and its packets unchanged", async (capture) => {
    const copy = folder.file("copy.pcapng");
    expect((await runCli(["annotate", capture, "-o", copy])).status).toBe(0);
    output("capinfos", [copy]);
    const fields = ["frame.time_epoch", "frame.len", "frame.cap_len", "frame.encap_type", "ip.src", "ip.dst"];
    expect(cellsOf(copy, fields)).toEqual(cellsOf(capture, fields));
    const classes: string[] = [];
    for await (const flow of flows([capture])) classes.push(flow.class);
    const comments = cellsOf(copy, ["frame.comment"], "frame.comment").map(([comment]) => comment);
    const told = comments.map((comment) => comment.match(/^appleflow \[([a-z]+)\] ./)?.[1]);
    expect(told.sort()).toEqual(classes.sort());
  });

  it("find the comment of a flow at its first packet", async () => {
    const copy = folder.file("copy.pcapng");
    await runCli(["annotate", PHONE, "-o", copy]);
    const [[comment, stream]] = cellsOf(
      copy,
      ["frame.comment", "tcp.stream"],
      "frame.comment && tcp.flags.syn == 1",
    );
    expect(comment).toMatch(/^appleflow \[/);
    const [[first]] = cellsOf(copy, ["frame.comment"], `tcp.stream == ${stream}`);
    expect(first).toBe(comment);
  });

  it("merge the extracts of all products into all packets of identified flows", async () => {
    const { products, classes } = await summarize([PHONE]);
    const named = products.filter(({ identified, oneOf }) => identified.packets + oneOf.packets > 0);
    const extracts: string[] = [];
    for (const [i, { product }] of named.entries()) {
      const extract = folder.file(`extract-${i}.pcapng`);
      expect((await runCli(["extract", PHONE, "--product", product, "-o", extract])).stderr).toBe("");
      extracts.push(extract);
    }
    const merged = folder.file("merged.pcapng");
    output("mergecap", ["-w", merged, ...extracts]);
    const all = folder.file("all.pcapng");
    await runCli(["extract", PHONE, ...named.flatMap(({ product }) => ["--product", product]), "-o", all]);
    // A flow that belongs to one of several products is in the extracts of all of them.
    expect(new Set(await keysOf(merged))).toEqual(new Set(await keysOf(all)));
    expect(await keysOf(all)).toHaveLength(classes.identified.packets);
  });

  it("name ports from the services file", async () => {
    const { stdout } = await runCli(["ports", "--format", "services"]);
    folder.put("services", stdout);
    const port = (number: number) =>
      output(
        "tshark",
        [
          "-r",
          "fixtures/rows-tcp.pcap",
          "-N",
          "t",
          "-Y",
          `tcp.dstport == ${number}`,
          "-c",
          "2000",
          "-o",
          'gui.column.format:"D","%rD"',
        ],
        { WIRESHARK_CONFIG_DIR: folder.path },
      )
        .split("\n")[0]
        .trim();
    expect(port(5223)).toBe("apns");
    expect(port(548)).toBe("afpovertcp");
  });
});
