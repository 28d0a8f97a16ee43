/**
 * Lists of names are read by the programs they are written for. Squid runs with one between clients and servers on the
 * loopback of a namespace: listed names pass unmodified, others do not.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import {
  endHolders,
  endOf,
  enter,
  isInstalled,
  startHolder,
  whyNoHolder,
} from "../support/namespace-holder.ts";
import { PROXY_CLIENT, TLS_SERVERS } from "../support/network-scripts.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-names-"));
// Squid drops root's privileges.
chmodSync(folder, 0o777);
afterAll(() => rmSync(folder, { recursive: true }));

async function listFile(name: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(["rules", ...args, "--to", "names"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const file = join(folder, name);
  writeFileSync(file, stdout.replaceAll(/^(?:; )?#policy /gm, ""));
  return file;
}

/** Programs that check the lists, with the output for a valid file. */
const CHECKERS = [
  ["unbound", "unbound-checkconf", (file: string) => [file]],
  ["rpz", "named-checkzone", (file: string) => ["-q", "rpz.test", file]],
  ["dnsmasq", "dnsmasq", (file: string) => ["--test", "-C", file]],
] as const;

describe("lists of all names", () => {
  it.each(CHECKERS)("for %s are accepted by %s", async (format, program, args) => {
    if (!isInstalled(program)) {
      console.info(`skipped: ${program} checks what is written: not installed`);
      return;
    }
    const inside = format === "dnsmasq" ? ["--inside", "lan0"] : [];
    const file = await listFile(format, "--format", format, ...inside);
    const { status, stderr } = spawnSync(program, args(file), { encoding: "utf8" });
    expect({ status, stderr: stderr.replace("dnsmasq: syntax check OK.\n", "") }).toEqual({
      status: 0,
      stderr: "",
    });
  });
});

const noSquid =
  whyNoHolder(["squid", "openssl"], ["true"]) ??
  (execFileSync("squid", ["-v"], { encoding: "utf8" }).includes("--with-openssl")
    ? null
    : "squid of this machine cannot read TLS: squid-openssl can");
if (noSquid !== null) console.info(`skipped: names through Squid: ${noSquid}`);

/** Names and their addresses. */
const SITES = {
  "facetime.apple.com": "127.0.1.1",
  "identity.ess.apple.com": "127.0.1.2",
  "webcourier-7.push.apple.com": "127.0.1.3",
  "below.facetime.apple.com": "127.0.1.4",
  "facetime.apple.com.example.org": "127.0.1.5",
  "notess.apple.com": "127.0.1.6",
  "www.example.org": "127.0.1.7",
} as const;
/** FaceTime's names: an exact one, one below another, and one of a pattern. */
const LISTED = ["facetime.apple.com", "identity.ess.apple.com", "webcourier-7.push.apple.com"];
const PORT = 3128;

describe.skipIf(noSquid !== null)("Squid with a list of names", () => {
  const running: ChildProcess[] = [];
  let holder: ChildProcess | null = null;
  afterEach(async () => {
    for (const child of running.splice(0)) {
      child.kill("SIGKILL");
      await endOf(child);
    }
    if (holder !== null) await endHolders([holder]);
  });

  it("passes TLS to these names unmodified, and lets no others through", async () => {
    holder = await startHolder("true");
    const inHolder = (command: readonly string[], stdio: "ignore" | "pipe") => {
      const [program, ...args] = enter(holder ?? expect.fail(), command);
      const child = spawn(program, args, { stdio: ["ignore", stdio, "ignore"] });
      running.push(child);
      return child;
    };
    const key = join(folder, "key.pem");
    const certificate = join(folder, "own.pem");
    const make = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    execFileSync("openssl", [...make, "-subj", "/CN=the server", "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    const proxyKey = join(folder, "proxy.key");
    const proxyCertificate = join(folder, "proxy.pem");
    const proxy = ["-subj", "/CN=the proxy", "-keyout", proxyKey, "-out", proxyCertificate];
    execFileSync("openssl", [...make, ...proxy], { stdio: "ignore" });
    for (const file of [proxyKey, proxyCertificate]) chmodSync(file, 0o644);

    const hosts = join(folder, "hosts");
    writeFileSync(
      hosts,
      Object.entries(SITES)
        .map(([name, address]) => `${address} ${name}\n`)
        .join(""),
    );
    const list = await listFile("squid.names", "FaceTime", "--format", "squid");
    const config = join(folder, "squid.conf");
    writeFileSync(
      config,
      [
        `http_port 127.0.0.1:${PORT} ssl-bump generate-host-certificates=off tls-cert=${proxyCertificate} tls-key=${proxyKey}`,
        `include ${list}`,
        `hosts_file ${hosts}`,
        "dns_nameservers 127.0.0.1",
        "cache deny all",
        "access_log none",
        `cache_log ${join(folder, "cache.log")}`,
        "pid_filename none",
        `coredump_dir ${folder}`,
        "shutdown_lifetime 0 seconds",
        "pinger_enable off",
        "",
      ].join("\n"),
    );
    const parsed = spawnSync("squid", ["-k", "parse", "-f", config], { encoding: "utf8" });
    expect(parsed.stderr).not.toMatch(/ERROR|FATAL|WARNING/);

    const servers = inHolder(node(TLS_SERVERS, { sites: SITES, key, certificate }), "pipe");
    await once(servers.stdout ?? expect.fail(), "data");
    inHolder(["squid", "-N", "-f", config], "ignore");
    const tries = [
      ...Object.keys(SITES).map((name) => ({ connect: name, hello: name })),
      // The proxy is asked for a listed name, but the server then for another.
      { connect: "facetime.apple.com", hello: "www.example.org" },
      { connect: SITES["facetime.apple.com"], hello: "facetime.apple.com" },
    ];
    let said: { connect: string; hello: string; subject: string | null }[] = [];
    for (let round = 0; round < 50 && said.length === 0; round++) {
      await pause(200);
      said = await answersOf(inHolder(node(PROXY_CLIENT, { tries, port: PORT }), "pipe"));
    }
    const through = said.filter(({ subject }) => subject !== null);
    expect(through).toEqual(LISTED.map((name) => ({ connect: name, hello: name, subject: "the server" })));
    expect(said).toHaveLength(tries.length);
  }, 60_000);
});

function node(script: string, input: unknown): string[] {
  return [
    process.execPath,
    "--input-type=module",
    "--eval",
    `const input = ${JSON.stringify(input)}; ${script}`,
  ];
}

async function answersOf(child: ChildProcess) {
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child, "close");
  return JSON.parse(said === "" ? "[]" : said) as {
    connect: string;
    hello: string;
    subject: string | null;
  }[];
}
