/**
 * An output file is replaced completely or not at all: after a full disk, a killed process or Ctrl-C the old file is intact,
 * and there is no other file. Pipes, devices, descriptors and mounted files cannot be replaced, and are written to.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CaptureFolder, capturesOfFlows, officeCapture } from "../cli/sample-captures.ts";

const PROGRAM = [process.execPath, join(process.cwd(), "dist/cli/main.cjs")];
const OLD = "what was there before\n";
const NOBODY = 65_534;

const isRoot = process.getuid?.() === 0;
const hasMounts =
  isRoot && spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
if (!hasMounts) console.info("skipped: results on a full disk: it takes root, and a mount namespace");

let folder: CaptureFolder;
let office: string;
let many: string;
let running: ChildProcess | null = null;

beforeAll(() => {
  folder = new CaptureFolder();
  chmodSync(folder.path, 0o755);
  office = folder.put("office.pcap", officeCapture());
  // More output than is written in one call.
  many = folder.put("many.pcap", capturesOfFlows(5000));
});
afterEach(() => {
  running?.kill("SIGKILL");
  running = null;
});
afterAll(() => folder.remove());

/** Creates an empty folder inside. */
function newFolder(name: string): string {
  const path = folder.file(name);
  mkdirSync(path);
  return path;
}

function appleflow(args: readonly string[], options: { uid?: number; gid?: number } = {}) {
  const [program, ...rest] = [...PROGRAM, ...args];
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: "utf8", ...options });
  return { status, stdout, stderr };
}

describe.skipIf(!hasMounts)("output on a full disk", () => {
  beforeAll(() => {
    appleflow(["check", office, folder.file("expected.json"), "--update"]);
    const capture = `echo 'tcpdump: listening on en0' >&2; cat '${office}'; exec sleep 60`;
    chmodSync(folder.put("tcpdump", `#!/bin/sh\n${capture}\n`), 0o755);
  });

  const ruleset = JSON.stringify({ nftables: [] });
  it.each([
    ["flows", (file: string) => ["flows", many, "--output", file]],
    ["summarize", (file: string) => ["summarize", office, "--format", "json", "--output", file]],
    ["reach", (file: string) => ["reach", office, "--output", file]],
    ["diff", (file: string) => ["diff", office, many, "--output", file]],
    ["rules", (file: string) => ["rules", "FaceTime", "--hook", "output", "--output", file]],
    ["rules --from", (file: string) => ["rules", "--from", office, "--hook", "output", "--output", file]],
    ["rules --audit", (file: string) => ["rules", "--audit", folder.put("now.json", ruleset), "-o", file]],
    ["check", (file: string) => ["check", office, folder.file("expected.json"), "--output", file]],
    ["check --update", (file: string) => ["check", office, file, "--update"]],
    [
      "live",
      (file: string) => [
        "live",
        "en0",
        "--user",
        "root",
        "--backend",
        "tcpdump",
        "--count",
        "10",
        "--output",
        file,
      ],
    ],
  ])("of %s leaves the old file intact, and no other file", (name, args) => {
    const disk = newFolder(`disk of ${name}`);
    const file = join(disk, "results");
    // The old file occupies a whole page, so truncating it would not free enough for most outputs.
    const script = `mount -t tmpfs -o size=1m none "$0" && cd "$0" && printf '${"old ".repeat(100)}' >results &&
      { cat /dev/zero >filler 2>/dev/null; "$@" >&2; echo "status $?"; cksum <results; ls -A; }`;
    const found = execFileSync("unshare", ["--mount", "sh", "-c", script, disk, ...PROGRAM, ...args(file)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}` },
    });
    const whole = execFileSync("cksum", { input: "old ".repeat(100), encoding: "utf8" });
    expect(found).toBe(`status 6\n${whole}filler\nresults\n`);
  });

  it("is written into a mounted file, as in a container", () => {
    const inside = newFolder("container");
    writeFileSync(join(inside, "results"), OLD);
    const real = folder.put("mounted", OLD);
    const script = 'mount --bind "$0" results && "$@"; echo "status $?"; ls -A';
    const args = ["summarize", office, "--format", "json", "--output", join(inside, "results")];
    const found = execFileSync("unshare", ["--mount", "sh", "-c", script, real, ...PROGRAM, ...args], {
      cwd: inside,
      encoding: "utf8",
    });
    expect(found).toBe("status 0\nresults\n");
    expect(JSON.parse(readFileSync(real, "utf8")).schema).toBe("appleflow/summary@2");
  });
});

describe("a process that ends while it writes its output", () => {
  /** Runs until output is on the disk while the capture has not ended. */
  async function startWriting(path: string): Promise<ChildProcess> {
    const [program, ...args] = [
      ...PROGRAM,
      "flows",
      "-",
      "--idle-timeout",
      "1",
      "--output",
      join(path, "out"),
    ];
    const child = spawn(program, args, { stdio: ["pipe", "ignore", "inherit"] });
    running = child;
    child.stdin.on("error", () => {});
    child.stdin.write(readFileSync(many));
    const bytes = () => readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
    for (let tries = 0; bytes() < 100_000; tries++) {
      if (tries === 1000) throw new Error("nothing was written");
      await new Promise((wake) => setTimeout(wake, 20));
    }
    return child;
  }

  it("leaves the old file intact if killed", async () => {
    const path = newFolder("killed");
    writeFileSync(join(path, "out"), OLD);
    const child = await startWriting(path);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(readFileSync(join(path, "out"), "utf8")).toBe(OLD);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("leaves no other file after %s", async (signal) => {
    const path = newFolder(`after ${signal}`);
    writeFileSync(join(path, "out"), OLD);
    const child = await startWriting(path);
    child.kill(signal);
    expect(await once(child, "close")).toEqual([null, signal]);
    expect(readdirSync(path)).toEqual(["out"]);
    expect(readFileSync(join(path, "out"), "utf8")).toBe(OLD);
  });

  it("has the complete output if it finishes", async () => {
    const path = newFolder("ended");
    const child = await startWriting(path);
    child.stdin?.end();
    const [status] = await once(child, "close");
    expect(status).toBe(0);
    expect(readdirSync(path)).toEqual(["out"]);
    expect(readFileSync(join(path, "out"), "utf8").trimEnd().split("\n")).toHaveLength(5000);
  });
});

describe("a replaced output file", () => {
  const results = () => appleflow(["summarize", office]).stdout;
  const write = (file: string, options = {}) => appleflow(["summarize", office, "--output", file], options);
  const WRITTEN = { status: 0, stdout: "", stderr: "" };

  it("keeps its mode and owner", () => {
    const file = folder.put("private", OLD);
    chmodSync(file, 0o640);
    if (isRoot) chownSync(file, NOBODY, NOBODY);
    const { uid, gid } = statSync(file);
    expect(write(file)).toEqual(WRITTEN);
    expect(readFileSync(file, "utf8")).toBe(results());
    const after = statSync(file);
    expect([after.mode & 0o777, after.uid, after.gid]).toEqual([0o640, uid, gid]);
  });

  it("is readable by its owner only if it is new", () => {
    const file = folder.file("new");
    expect(write(file)).toEqual(WRITTEN);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is the target of symbolic links, existing or not", () => {
    const path = newFolder("links");
    for (const there of [true, false]) {
      const real = join(path, `real ${there}`);
      if (there) writeFileSync(real, OLD);
      symlinkSync(`real ${there}`, join(path, `middle ${there}`));
      const link = join(path, `link ${there}`);
      symlinkSync(join(path, `middle ${there}`), link);
      expect(write(link)).toEqual(WRITTEN);
      expect(readlinkSync(link)).toBe(join(path, `middle ${there}`));
      expect(lstatSync(real).isFile()).toBe(true);
      expect(readFileSync(real, "utf8")).toBe(results());
    }
    expect(readdirSync(path)).toHaveLength(6);
  });

  it("can have the longest possible name", () => {
    const file = folder.file("n".repeat(255));
    expect(write(file)).toEqual(WRITTEN);
    expect(readFileSync(file, "utf8")).toBe(results());
  });

  it("is the target of its file descriptor", () => {
    const file = folder.put("standard", OLD);
    const { ino } = statSync(file);
    const script = '"$@" --output /dev/stdout >>"$0"';
    execFileSync("sh", ["-c", script, file, ...PROGRAM, "summarize", office]);
    expect(statSync(file).ino).toBe(ino);
    expect(readFileSync(file, "utf8")).toBe(results());
  });

  it("is not a pipe or a device", () => {
    const fifo = folder.file("fifo");
    const script = 'mkfifo "$0"; cat "$0" & "$@" --output "$0" && wait';
    const read = execFileSync("sh", ["-c", script, fifo, ...PROGRAM, "summarize", office], {
      encoding: "utf8",
    });
    expect(read).toBe(results());
    expect(lstatSync(fifo).isFIFO()).toBe(true);
    expect(write("/dev/null")).toEqual(WRITTEN);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    const piped = ["-c", '"$0" "$@" --output /dev/stdout | cat', ...PROGRAM, "summarize", office];
    expect(execFileSync("sh", piped, { encoding: "utf8" })).toBe(results());
  });

  it("is not written if its name is that of a folder", () => {
    const path = newFolder("parent");
    expect(write(join(path, "child/")).status).toBe(1);
    expect(readdirSync(path)).toEqual([]);
  });

  const asNobody = { uid: NOBODY, gid: NOBODY };
  const canTry = isRoot && existsSync("/proc") && appleflow(["--version"], asNobody).status === 0;
  if (!canTry)
    console.info("skipped: a folder that takes no files: it takes root, and a folder that all may read");

  it.skipIf(!canTry)("is written in place if its folder is not writable", () => {
    const path = newFolder("closed");
    const file = join(path, "out");
    writeFileSync(file, OLD);
    chownSync(file, NOBODY, NOBODY);
    const { ino } = statSync(file);
    expect(write(file, asNobody)).toEqual(WRITTEN);
    expect([statSync(file).ino, readFileSync(file, "utf8")]).toEqual([ino, results()]);
    expect(write(join(path, "new"), asNobody)).toMatchObject({ status: 1, stdout: "" });
    expect(readdirSync(path)).toEqual(["out"]);
  });

  it.skipIf(!canTry)("is written in place if its owner would change", () => {
    const path = newFolder("shared");
    chmodSync(path, 0o777);
    const file = join(path, "out");
    writeFileSync(file, OLD);
    chmodSync(file, 0o666);
    expect(write(file, asNobody)).toEqual(WRITTEN);
    expect([statSync(file).uid, readFileSync(file, "utf8")]).toEqual([0, results()]);
    expect(readdirSync(path)).toEqual(["out"]);
  });
});
