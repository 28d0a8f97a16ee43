/** Remote captures have the totals of the file: over ssh, over TCP, and through a pipe. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import type { Summary } from "../../../src/reports/traffic/summary.ts";
import { Namespace, whyNoNamespace } from "../../support/namespace.ts";
import { replayable, timeless } from "../../support/replayable.ts";
import { SshServer, whyNoSsh } from "../../support/ssh-server.ts";

const OFFICE = "fixtures/office-morning.pcapng";
const PACKETS = 595;
/** Both ends of a veth pair with the largest MTU. */
const NEAR = "office0";
const FAR = "office1";
const LIMIT_MS = 20_000;

const reason = whyNoNamespace() ?? whyNoSsh();
if (reason !== null) console.log(`live, elsewhere by ssh: skipped, ${reason}`);

const folder = mkdtempSync(join(tmpdir(), "appleflow-elsewhere-"));
const output = join(folder, "summary.json");
afterAll(() => rmSync(folder, { recursive: true }));

/** Options of the whole program. `--user root`: the user who runs the tests owns the folder and the keys. */
const command = (...args: readonly string[]) => [
  ...[process.execPath, "dist/cli/main.cjs", "live", ...args, "--user", "root"],
  ...["--idle-timeout", "0", "--interval", "0.2", "--output", output],
];

async function expectTotals(child: ChildProcess, file: string): Promise<void> {
  const [status] = await once(child, "close");
  expect(status).toBe(0);
  const found = JSON.parse(readFileSync(output, "utf8")) as Summary;
  const expected = await summarize([file], { idleTimeoutSeconds: 0 });
  expect(found.packets).toEqual(expected.packets);
  expect(found.bytes).toEqual(expected.bytes);
  expect(found.classes).toEqual(expected.classes);
  expect(timeless(found)).toEqual(timeless(expected));
}

describe("live capture from elsewhere", () => {
  it("reads a pipe to its end", async () => {
    const [program, ...args] = command("-");
    const child = spawn(program, args, { stdio: ["pipe", "ignore", "inherit"] });
    createReadStream(OFFICE).pipe(child.stdin);
    await expectTotals(child, OFFICE);
  });

  it("reads a TCP server, and reconnects when the connection breaks", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on("error", () => {});
      createReadStream(OFFICE).pipe(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const [program, ...args] = command("--remote", `tcp://127.0.0.1:${port}`);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let lines = "";
    child.stdout.on("data", (chunk) => {
      lines += chunk;
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const received = () =>
      Math.max(0, ...[...lines.matchAll(/"received":(\d+)/g)].map(([, count]) => Number(count)));
    await waitFor(() => received() >= 2 * PACKETS);
    child.kill("SIGTERM");
    const [status] = await once(child, "close");
    server.close();
    expect(status).toBe(0);
    expect(connections).toBeGreaterThanOrEqual(2);
    expect(said).toContain("the connection was closed (trying again for 60 s)");
  });

  describe.skipIf(reason !== null)("over ssh", () => {
    let host: Namespace;
    let server: SshServer;
    const capture = join(folder, "office.pcapng");

    beforeAll(async () => {
      await replayable(OFFICE, capture);
      host = await Namespace.make();
      const ends = [NEAR, "mtu", "65535", "type", "veth", "peer", "name", FAR, "mtu", "65535"];
      host.run("ip", "link", "add", ...ends);
      for (const name of [NEAR, FAR]) host.run("ip", "link", "set", name, "up");
      server = await SshServer.start(host);
    });
    afterAll(async () => {
      server?.close();
      await host?.remove();
    });

    function start(place: string): ChildProcess {
      const [program, ...args] = host.within(command("--remote", place));
      return spawn(program, args, {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, ...server.env },
      });
    }

    it("receives every packet, and leaves nothing running remotely", async () => {
      const child = start(`gate:${NEAR}`);
      let lines = "";
      child.stdout?.on("data", (chunk) => {
        lines += chunk;
      });
      await waitFor(() => lines.includes("\n"));
      host.run("tcpreplay", "-q", "-i", FAR, "--pps", "2000", capture);
      await waitFor(() => lines.includes(`"received":${PACKETS},`));
      expect(tcpdumps()).toHaveLength(1);
      child.kill("SIGTERM");
      await expectTotals(child, capture);
      await waitFor(() => tcpdumps().length === 0);
    });

    it.each([
      ["gate:nosuch", "gate:nosuch: tcpdump there: "],
      ["stranger@gate", "stranger@gate: ssh: "],
    ])("reports what is wrong with %s", async (place, words) => {
      const child = start(place);
      let said = "";
      child.stderr?.on("data", (chunk) => {
        said += chunk;
      });
      const [status] = await once(child, "close");
      expect(status).toBe(3);
      expect(said).toContain(words);
    });

    /** Returns the processes in the host that capture there. */
    function tcpdumps(): string[] {
      const found = host.run("sh", "-c", "pgrep -f '^tcpdump -i [o]ffice0' || true");
      return found.split("\n").filter((line) => line !== "");
    }
  });
});

async function waitFor(isThere: () => boolean): Promise<void> {
  const begin = performance.now();
  while (!isThere()) {
    if (performance.now() - begin > LIMIT_MS) throw new Error("it does not come");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
