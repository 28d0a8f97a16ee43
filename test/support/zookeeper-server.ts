/** A ZooKeeper on the loopback interface, with its data in a temporary folder: replicas of ClickHouse need one. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "./free-ports.ts";

/** Where Debian has it. */
const CLASSES = "/usr/share/java/zookeeper.jar";
const MAIN = "org.apache.zookeeper.server.ZooKeeperServerMain";
/** Milliseconds that a start may take. */
const START_TIMEOUT = 30_000;
/** Milliseconds that an answer may take: one that is asked while it starts may never give it. */
const ANSWER_TIMEOUT = 500;

/** Why nothing is tested with it; null: it is installed. */
export function whyNoZooKeeper(): string | null {
  const isThere = existsSync(CLASSES) && spawnSync("java", ["-version"]).error === undefined;
  return isThere ? null : "zookeeper is not installed (Debian: apt-get install zookeeper)";
}

/** Whoever has one has to stop it. */
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
    // A test that is ended from outside leaves none behind.
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

/** It listens before it takes requests: until then it does not say its mode. */
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
