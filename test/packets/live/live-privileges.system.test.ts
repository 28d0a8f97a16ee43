/** Live capture started by root: the reading process has no privileges, and no process outlives it. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BACKEND_NAMES, type BackendName } from "../../../src/packets/live/live-source.ts";
import { DEVICE, Namespace } from "../../support/namespace.ts";
import { findMissing } from "./live-setting.ts";

const PROGRAM = "dist/cli/main.cjs";
const NOBODY = "65534";
const LIMIT_MS = 10_000;

const isMissing = await findMissing("live without privileges");

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly uid: string;
  readonly effective: string;
  readonly permitted: string;
  readonly noNewPrivileges: string;
}

function factsOf(pid: number): ProcessFacts | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const read = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1] ?? "";
    return {
      pid,
      parent: Number(read("PPid")),
      command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim(),
      uid: read("Uid"),
      effective: read("CapEff"),
      permitted: read("CapPrm"),
      noNewPrivileges: read("NoNewPrivs"),
    };
  } catch {
    return null;
  }
}

/** Returns the descendants of a process. */
function descendants(root: number): ProcessFacts[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => factsOf(Number(name)) ?? []);
  const found = new Set([root]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => pid !== root && found.has(pid));
}

const NO_CAPABILITY = { effective: "0000000000000000", permitted: "0000000000000000" };

describe("live started by root", () => {
  let host: Namespace;
  const folder = mkdtempSync(join(tmpdir(), "appleflow-root-"));

  beforeAll(async () => {
    if (isMissing("tcpdump")) return;
    chmodSync(folder, 0o777);
    host = await Namespace.make();
  });
  afterAll(async () => {
    await host?.remove();
    rmSync(folder, { recursive: true });
  });

  function start(args: readonly string[], program = PROGRAM, env: NodeJS.ProcessEnv = {}): ChildProcess {
    const [command, ...rest] = host.within([process.execPath, program, "live", DEVICE, ...args]);
    return spawn(command, rest, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, SUDO_UID: "", SUDO_GID: "", ...env },
    });
  }

  /** Resolves with the processes of a capture when it waits for packets. */
  async function capturing(child: ChildProcess, backend: BackendName): Promise<ProcessFacts[]> {
    const begin = performance.now();
    const isCapture = ({ command }: ProcessFacts) =>
      backend === "tcpdump" ? command.startsWith("tcpdump -i") : command.includes('"kind":"capture"');
    for (;;) {
      const found = descendants(child.pid as number);
      const capture = found.find(isCapture);
      // It has opened the interface once it is no longer root's.
      if (capture !== undefined && capture.uid !== "0") return found;
      if (performance.now() - begin > LIMIT_MS) throw new Error("it does not capture");
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  const endOf = async (child: ChildProcess) => (await once(child, "exit"))[0] as number;

  it.skipIf(isMissing("tcpdump"))(
    "drops root under a Node that may use io_uring, as Debian's may",
    async () => {
      const child = start(["--interval", "0.2"], PROGRAM, { UV_USE_IO_URING: "1" });
      const found = await capturing(child, "tcpdump");
      const readers = found.filter(({ command }) => command.includes("node"));
      expect(readers.length).toBeGreaterThan(0);
      for (const reader of readers)
        expect(reader).toMatchObject({ uid: NOBODY, noNewPrivileges: "1", ...NO_CAPABILITY });
      child.kill("SIGINT");
      expect(await endOf(child)).toBe(0);
    },
  );

  it.skipIf(isMissing("cap"))("refuses cap under such a Node, and says what to use instead", async () => {
    const child = start(["--backend", "cap"], PROGRAM, { UV_USE_IO_URING: "1" });
    const stderr = child.stderr?.setEncoding("utf8").toArray();
    expect(await endOf(child)).toBe(3);
    expect((await stderr)?.join("")).toMatch(
      /this Node cannot drop root once an interface is open: use tcpdump/,
    );
  });

  it("ends if the process that kept root was killed before anything was requested of it", async () => {
    const reader = fork(PROGRAM, ["live", "nosuch0"], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, APPLEFLOW_RUN_AS: "65534:65534:nobody" },
    });
    const stderr = reader.stderr?.setEncoding("utf8").toArray();
    const end = endOf(reader);
    reader.disconnect();
    const limit = setTimeout(() => reader.kill("SIGKILL"), LIMIT_MS);
    // Null after SIGKILL.
    expect(await end).toBe(3);
    clearTimeout(limit);
    expect((await stderr)?.join("")).toContain("tcpdump was not started: the process that starts it is gone");
  });

  describe.each(BACKEND_NAMES)("with %s", (backend) => {
    it.skipIf(isMissing(backend))(
      "has no capabilities in the reading and the capturing process",
      async () => {
        const child = start(["--backend", backend, "--interval", "0.2"]);
        const found = await capturing(child, backend);
        const reader = found.find(
          ({ command }) => command.includes(`live ${DEVICE}`) && command.includes("node"),
        );
        const readers = found.filter(
          ({ command, uid }) => command.includes(`live ${DEVICE}`) && uid === NOBODY,
        );
        expect(readers.length, JSON.stringify(reader)).toBe(1);
        expect(readers[0]).toMatchObject({ ...NO_CAPABILITY, noNewPrivileges: "1" });
        const capture = found.find(({ command }) => /"kind":"capture"|^tcpdump/.test(command));
        expect(capture).toMatchObject(NO_CAPABILITY);
        await once(child.stdout as Readable, "data");
        child.kill("SIGTERM");
        expect(await endOf(child)).toBe(0);
      },
    );
  });

  it.skipIf(isMissing("tcpdump")).each(["the one that keeps root", "the one that reads"])(
    "leaves no process running when %s is killed",
    async (which) => {
      const child = start([]);
      const found = await capturing(child, "tcpdump");
      const reader = found.find(({ command, uid }) => command.includes(`live ${DEVICE}`) && uid === NOBODY);
      const keeper = factsOf(reader?.parent ?? 0);
      expect(keeper).toMatchObject({ uid: "0" });
      process.kill((which.includes("root") ? keeper?.pid : reader?.pid) as number, "SIGKILL");
      const begin = performance.now();
      while (found.some(({ pid, command }) => factsOf(pid)?.command === command)) {
        if (performance.now() - begin > LIMIT_MS) throw new Error("something is left");
        await new Promise((done) => setTimeout(done, 20));
      }
    },
  );

  it.skipIf(isMissing("tcpdump"))(
    "ends at the second signal, even if the reading process is idle",
    async () => {
      const child = start([]);
      const found = await capturing(child, "tcpdump");
      const reader = found.find(({ command, uid }) => command.includes(`live ${DEVICE}`) && uid === NOBODY);
      process.kill(reader?.pid as number, "SIGSTOP");
      const keeper = reader?.parent as number;
      process.kill(keeper, "SIGTERM");
      process.kill(keeper, "SIGINT");
      expect(await endOf(child)).toBe(137);
      const left = found.filter(({ pid, command }) => factsOf(pid)?.command === command);
      expect(left.map(({ command }) => command)).toEqual([]);
    },
  );

  it.skipIf(isMissing("tcpdump"))("receives the output of each program when several capture", async () => {
    host.run("ip", "link", "set", "lo", "up");
    const child = start(["lo", "--duration", "1", "--interval", "0.3"]);
    let lines = "";
    child.stdout?.on("data", (chunk) => {
      lines += chunk;
    });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    expect(await endOf(child), said).toBe(0);
    const names = (JSON.parse(lines.split("\n")[0]) as { interfaces: { name: string }[] }).interfaces;
    expect(names.map(({ name }) => name)).toEqual([DEVICE, "lo"]);
    expect(said).toBe("");
  });

  it.skipIf(isMissing("tcpdump"))("reads packets outside the session of root's terminal", async () => {
    const child = start(["--interval", "0.2"]);
    const found = await capturing(child, "tcpdump");
    const reader = found.find(({ command, uid }) => command.includes(`live ${DEVICE}`) && uid === NOBODY);
    const sessionOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")[3];
    expect(sessionOf(reader?.pid ?? 0)).toBe(String(reader?.pid));
    await once(child.stdout as Readable, "data");
    child.kill("SIGTERM");
    expect(await endOf(child)).toBe(0);
  });

  it.skipIf(isMissing("tcpdump"))("writes files as the user who called sudo", async () => {
    const output = join(folder, "summary.json");
    const child = start(["--duration", "0.2", "--output", output], PROGRAM, {
      SUDO_UID: "1234",
      SUDO_GID: "1234",
    });
    expect(await endOf(child)).toBe(0);
    expect(statSync(output)).toMatchObject({ uid: 1234, gid: 1234 });
  });

  it.skipIf(isMissing("tcpdump"))("takes options from a file that only root may read", async () => {
    const config = join(folder, "config.json");
    const output = join(folder, "configured.json");
    writeFileSync(config, JSON.stringify({ duration: 0.2, output }), { mode: 0o600 });
    expect(await endOf(start(["--config", config]))).toBe(0);
    expect(statSync(output)).toMatchObject({ uid: Number(NOBODY) });
  });

  it.skipIf(isMissing("tcpdump"))("reports which user may not write a file", async () => {
    const file = join(mkdtempSync(join(folder, "closed-")), "summary.json");
    const child = start(["--output", file]);
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    expect(await endOf(child)).toBe(1);
    expect(said).toBe(
      `appleflow: ${file}: permission denied to nobody, who reads packets for root; --user names another user\n`,
    );
  });

  it.skipIf(isMissing("tcpdump"))("keeps root on request", async () => {
    const child = start(["--user", "root", "--duration", "1"]);
    const found = await capturing(child, "tcpdump");
    expect(
      found.filter(({ command }) => command.includes(`live ${DEVICE}`)).map(({ uid }) => uid),
    ).not.toContain(NOBODY);
    expect(await endOf(child)).toBe(0);
  });

  it.skipIf(isMissing("tcpdump")).each(BACKEND_NAMES.filter((backend) => !isMissing(backend)))(
    "works with %s if only root may read the program",
    async (backend) => {
      const closed = mkdtempSync(join(folder, "program-"));
      for (const name of ["dist", "data", "package.json"])
        cpSync(name, join(closed, name), { recursive: true });
      symlinkSync(resolve("node_modules"), join(closed, "node_modules"));
      const child = start(["--backend", backend, "--duration", "0.5"], join(closed, PROGRAM));
      let said = "";
      child.stderr?.on("data", (chunk) => {
        said += chunk;
      });
      expect(await endOf(child), said).toBe(0);
      expect(said).toBe("");
    },
  );
});
