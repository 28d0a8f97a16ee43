/** A ZooKeeper on the loopback interface, with its data in a temporary folder, as needed by ClickHouse replicas. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "./free-ports.ts";

/** Debian's path. */
const CLASSES = "/usr/share/java/zookeeper.jar";
const MAIN = "org.apache.zookeeper.server.ZooKeeperServerMain";
/** Maximum milliseconds for a start. */
const START_TIMEOUT = 30_000;
/** Maximum milliseconds for an answer: a query during startup may never get one. */
const ANSWER_TIMEOUT = 500;

/** Why tests with it are skipped; null if it is installed. */
export function whyNoZooKeeper(): string | null {
  const isThere = existsSync(CLASSES) && spawnSync("java", ["-version"]).error === undefined;
  return isThere ? null : "zookeeper is not installed (Debian: apt-get install zookeeper)";
}

/** The caller has to stop it. */
export class ZooKeeperServer {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), "appleflow-zookeeper-"));
    const config = join(this.#folder, "zoo.cfg");
    const lines = [
      `dataDir=${this.#folder}`,
      "clientPortAddress=127.0.0.1",
      `clientPort=${port}`,
      "admin.enableServer=false",
      "maxClientCnxns=0",
      "4lw.commands.whitelist=srvr",
    ];
    writeFileSync(config, `${lines.join("\n")}\n`);
    this.#process = spawn("java", ["-Xmx256m", "-cp", CLASSES, MAIN, config], { stdio: "ignore" });
    // Not left running if the test process ends early.
    process.once("exit", () => this.#process.kill("SIGKILL"));
  }

  static async start(): Promise<ZooKeeperServer> {
    const [port] = await freePorts(1);
    const server = new ZooKeeperServer(port);
    for (const end = Date.now() + START_TIMEOUT; Date.now() < end; await pause(50)) {
      if (await isServing(port)) return server;
      if (server.#process.exitCode !== null) break;
    }
    await server.stop();
    throw new Error(`zookeeper does not serve at port ${port}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("close", resolve));
      this.#process.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** It listens before it accepts requests: until then it does not report its mode. */
function isServing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => socket.write("srvr"));
    socket.on("data", (data) => {
      said += data;
    });
    socket.setTimeout(ANSWER_TIMEOUT, () => socket.destroy());
    socket.once("close", () => resolve(said.includes("Mode:")));
    socket.once("error", () => resolve(false));
  });
}
