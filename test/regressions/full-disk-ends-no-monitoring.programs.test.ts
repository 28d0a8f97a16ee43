/**
 * A full disk ended `live`, and left a truncated capture in place of the old one. Now saving stops, or the ring deletes its
 * oldest files; monitoring continues, the summary is written, and the status is 6.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureFolder, capturesOfFlows } from "../cli/sample-captures.ts";

const PROGRAM = [process.execPath, join(process.cwd(), "dist/cli/main.cjs")];
const hasMounts =
  process.getuid?.() === 0 &&
  spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
if (!hasMounts) console.info("skipped: live on a full disk: it takes root, and a mount namespace");

const OLD_LENGTH = 300_000;

describe.skipIf(!hasMounts)("live on a disk of 1 MB", () => {
  let folder: CaptureFolder;
  let packets = 0;

  beforeAll(() => {
    folder = new CaptureFolder();
    const many = folder.put("many.pcap", capturesOfFlows(30_000));
    const summary = execFileSync(PROGRAM[0], [PROGRAM[1], "summarize", many, "--format", "json"]);
    packets = JSON.parse(summary.toString()).capture.packets;
    const capture = `echo 'tcpdump: listening on en0' >&2; cat '${many}'; exec sleep 60`;
    chmodSync(folder.put("tcpdump", `#!/bin/sh\n${capture}\n`), 0o755);
  });
  afterAll(() => folder.remove());

  /**
   * Runs `live` on the small disk until it has seen all packets; returns the files at the end, each capture with its packets.
   */
  function monitor(name: string, shell: string) {
    const disk = folder.file(`disk of ${name}`);
    mkdirSync(disk);
    const summary = `${disk}.json`;
    const live = `live en0 --user root --backend tcpdump --interval 0.2 --count ${packets} --output '${summary}'`;
    const script = `mount -t tmpfs -o size=1m none "$0" && cd "$0" && head -c ${OLD_LENGTH} /dev/zero >old.pcapng &&
      { ${shell.replaceAll("LIVE", `"$@" ${live}`)}; echo "status $?" >&2
        for file in *; do echo "$file $(wc -c <"$file") $("$@" summarize "$file" 2>/dev/null | sed -n 2p)"; done; }`;
    const { stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-c", script, disk, ...PROGRAM], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}` },
    });
    const seen = JSON.parse(execFileSync("cat", [summary]).toString()).capture.packets;
    return { files: stdout.trimEnd().split("\n"), said: stderr.trimEnd().split("\n"), seen };
  }

  it("saves what fits, reports once that saving stopped, and leaves the old capture intact", () => {
    const { files, said, seen } = monitor("save", "LIVE --save old.pcapng >/dev/null");
    expect(seen).toBe(packets);
    expect(said).toEqual([
      "appleflow: old.pcapng: no space left on the device: packets are no longer saved",
      expect.stringMatching(
        /^appleflow: old.pcapng stays as it was: what was saved is in .*old.pcapng.part$/,
      ),
      expect.stringMatching(/^appleflow: \d+ packets were not saved$/),
      "status 6",
    ]);
    const [old, part] = files;
    expect(old).toMatch(new RegExp(`^old.pcapng ${OLD_LENGTH} `));
    expect(part).toMatch(/^old.pcapng.part \d+ [\d,]+ packets/);
    const saved = Number(/ ([\d,]+) packets/.exec(part)?.[1].replaceAll(",", ""));
    const lost = Number(/(\d+) packets were not saved/.exec(said[2])?.[1]);
    expect(saved + lost).toBe(packets);
  });

  it("deletes the oldest files of a ring", () => {
    const { files, said, seen } = monitor(
      "ring",
      "LIVE --save ring.pcapng --ring files:100,size:0.1 >/dev/null",
    );
    expect(seen).toBe(packets);
    expect(said).toEqual([
      expect.stringMatching(
        /^appleflow: ring-\d+.pcapng: the disk is full: deleting the oldest files of the ring$/,
      ),
      "status 0",
    ]);
    const ring = files.filter((file) => file.startsWith("ring-"));
    expect(ring.length).toBeGreaterThan(4);
    for (const file of ring) expect(file).toMatch(/^ring-\d{5}.pcapng \d+ [\d,]+ packets/);
    // The newest ones: nothing is missing after the first remaining file.
    const numbers = ring.map((file) => Number(/^ring-(\d+)/.exec(file)?.[1]));
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0] + i));
  });

  it("counts the minutes missing from a history, and reports them once", () => {
    const { said, seen } = monitor(
      "history",
      `mkdir history; cat /dev/zero >filler 2>/dev/null; LIVE --history history >/dev/null
       status=$?; rm -r history; (exit $status)`,
    );
    expect(seen).toBe(packets);
    expect(said).toEqual([
      "appleflow: history: no space left on the device: minutes are not saved",
      expect.stringMatching(/^appleflow: missing from the history: \d+ minutes?$/),
      "status 6",
    ]);
  });

  it("continues when its output lines do not fit", () => {
    const { said, seen } = monitor("lines", "cat /dev/zero >filler 2>/dev/null; LIVE >lines");
    expect(seen).toBe(packets);
    expect(said).toEqual([
      "appleflow: standard output: no space left on the device: no more lines are written",
      "status 6",
    ]);
  });

  it("shows its summary when the output file does not fit", () => {
    const { said } = monitor(
      "nothing",
      "LIVE >/dev/null; LIVE --output /dev/full >lines; tail -n 1 lines >&2",
    );
    expect(said[0]).toBe("appleflow: /dev/full: no space left on the device");
    expect(JSON.parse(said[1]).received).toBe(packets);
  });
});
