/** A ClickHouse on the loopback interface, with its data in a temporary folder, which a test starts, kills and restarts. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "./free-ports.ts";

const PROGRAM = "clickhouse-server";
/** Maximum milliseconds for a start. */
const START_TIMEOUT = 30_000;
/** Maximum milliseconds for a response to the readiness check. */
const ANSWER_TIMEOUT = 2000;
export const SENSOR_PASSWORD = "sensor's: p@ss/wörd";
export const READER_PASSWORD = "reader";

/** Why tests with it are skipped; null if it is installed. */
export function whyNoClickHouse(): string | null {
  const { error } = spawnSync(PROGRAM, ["--version"]);
  return error === undefined
    ? null
    : `${PROGRAM} is not installed (Debian: apt-get install clickhouse-server)`;
}

/** Needed for replicas. */
export interface Replica {
  readonly name: string;
  readonly zooKeeperPort: number;
}

/** The caller has to stop it. */
export class ClickHouseServer {
  readonly port: number;
  readonly tlsPort: number;
  /** Its self-signed TLS certificate, for 127.0.0.1. */
  readonly certificate: string;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(ports: readonly number[], replica: Replica | null) {
    [this.port, this.tlsPort] = ports;
    this.#folder = mkdtempSync(join(tmpdir(), "appleflow-clickhouse-"));
    this.certificate = makeCertificate(this.#folder);
    writeFileSync(join(this.#folder, "config.xml"), configOf(this.#folder, ports, replica));
    writeFileSync(join(this.#folder, "users.xml"), usersXml());
    // Not left running if the test process ends early.
    process.once("exit", () => this.#process?.kill("SIGKILL"));
  }

  /** Starts one with the tables of `packaging/clickhouse/schema.sql`; `replica`: one of several. */
  static async start(replica: Replica | null = null): Promise<ClickHouseServer> {
    const server = new ClickHouseServer(await freePorts(4), replica);
    try {
      await server.start();
      await server.#makeTables(replica !== null);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Recreates the tables: a server killed after `TRUNCATE` may have the old rows again. */
  async empty(): Promise<void> {
    for (const table of ["buckets", "segments"]) await this.query(`DROP TABLE appleflow.${table}`);
    await this.#makeTables(false);
  }

  async #makeTables(isReplicated: boolean): Promise<void> {
    for (const statement of schemaStatements(isReplicated)) await this.query(statement);
  }

  /** The URL for `ship` or `history`, without a password. */
  url(user: "appleflow_sensor" | "appleflow_reader"): string {
    return `clickhouse://${user}@127.0.0.1:${this.port}/appleflow`;
  }

  /** Process id of the running server. */
  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error(`${PROGRAM} does not run`);
    return this.#process.pid;
  }

  async start(): Promise<void> {
    const child = spawn(PROGRAM, [`--config-file=${join(this.#folder, "config.xml")}`], { stdio: "ignore" });
    this.#process = child;
    for (const end = Date.now() + START_TIMEOUT; Date.now() < end; await pause(50)) {
      if (child.exitCode !== null) throw new Error(`${PROGRAM} ended: ${this.log()}`);
      if (await this.isRunning()) return;
    }
    throw new Error(`${PROGRAM} does not answer: ${this.log()}`);
  }

  /** Returns whether it responds. */
  async isRunning(): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${this.port}/ping`, {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT),
    }).catch(() => null);
    return response?.ok ?? false;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  /** Kills it, and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Returns the result of a statement as text, as the user with all rights. */
  async query(statement: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.port}/`, { method: "POST", body: statement });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text.trim();
  }

  log(): string {
    try {
      return readFileSync(join(this.#folder, "log"), "utf8").slice(-2000);
    } catch {
      return "no log";
    }
  }
}

/** Returns the statements of the schema; for one server without ZooKeeper, changed by the command in its README. */
function schemaStatements(isReplicated: boolean): string[] {
  const folder = "packaging/clickhouse";
  const [command = ""] = /^sed .*$/m.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
  const text = isReplicated
    ? readFileSync(join(folder, "schema.sql"), "utf8")
    : spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" }).stdout;
  if (text.includes("Replicated") !== isReplicated) throw new Error(`${command}: not what it is to be`);
  return text
    .replace(/^--.*$/gm, "")
    .split(";")
    .filter((statement) => statement.trim() !== "");
}

/** Returns the path of a certificate for 127.0.0.1, with its key beside it. */
function makeCertificate(folder: string): string {
  const certificate = join(folder, "certificate.pem");
  const key = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    join(folder, "key.pem"),
  ];
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const { status, stderr } = spawnSync("openssl", [
    "req",
    "-x509",
    ...key,
    ...names,
    "-days",
    "2",
    "-out",
    certificate,
  ]);
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return certificate;
}

function configOf(
  folder: string,
  [http, https, tcp, interserver]: readonly number[],
  replica: Replica | null,
): string {
  const replication =
    replica === null
      ? ""
      : `<zookeeper><node><host>127.0.0.1</host><port>${replica.zooKeeperPort}</port></node></zookeeper>
        <macros><shard>1</shard><replica>${replica.name}</replica></macros>`;
  // A time zone other than UTC: no answer may depend on it.
  return `<yandex>
    <logger><level>warning</level><log>${folder}/log</log><errorlog>${folder}/log</errorlog></logger>
    <http_port>${http}</http_port><https_port>${https}</https_port><tcp_port>${tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
    <interserver_http_port>${interserver}</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
    <path>${folder}/data/</path><tmp_path>${folder}/tmp/</tmp_path><user_files_path>${folder}/files/</user_files_path>
    <users_config>${folder}/users.xml</users_config><mark_cache_size>268435456</mark_cache_size>
    <openSSL><server>
      <certificateFile>${folder}/certificate.pem</certificateFile><privateKeyFile>${folder}/key.pem</privateKeyFile>
      <verificationMode>none</verificationMode><disableProtocols>sslv2,sslv3</disableProtocols>
    </server></openSSL>
    <timezone>Asia/Kolkata</timezone>${replication}
  </yandex>`;
}

/** The users of `packaging/clickhouse/users.xml`, and one with all rights. */
function usersXml(): string {
  const passwords = [READER_PASSWORD, SENSOR_PASSWORD];
  return readFileSync("packaging/clickhouse/users.xml", "utf8")
    .replace(/0{64}/g, () =>
      createHash("sha256")
        .update(passwords.shift() ?? "")
        .digest("hex"),
    )
    .replace("<profiles>", "<quotas><default/></quotas><profiles><default/>")
    .replace(
      "<users>",
      `<users><default><password></password><networks><ip>127.0.0.1</ip></networks>
        <profile>default</profile><quota>default</quota></default>`,
    );
}
