/** An ssh server in a namespace, and an `ssh` client that knows it by the name "gate". */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Namespace } from "./namespace.ts";

const SERVER = "/usr/sbin/sshd";
const PORT = 2222;
const LIMIT_MS = 10_000;

/** Why there can be none, or null. */
export function whyNoSsh(): string | null {
  return spawnSync(SERVER, ["-V"]).error === undefined ? null : `not installed: ${SERVER}`;
}

/** The server; `close` ends it. */
export class SshServer {
  /** Environment variables for a program, with an `ssh` in PATH that knows the server. */
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #server: ChildProcess;

  private constructor(folder: string, server: ChildProcess) {
    this.#folder = folder;
    this.#server = server;
    this.env = { PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` };
  }

  static async start(host: Namespace): Promise<SshServer> {
    const folder = mkdtempSync(join(tmpdir(), "appleflow-ssh-"));
    const [hostKey, userKey] = ["host", "user"].map((name) => join(folder, name));
    for (const key of [hostKey, userKey])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    copyFileSync(`${userKey}.pub`, join(folder, "authorized"));
    mkdirSync("/run/sshd", { recursive: true });
    host.run("ip", "link", "set", "lo", "up");
    const options = [
      `AuthorizedKeysFile=${join(folder, "authorized")}`,
      ...["StrictModes=no", "UsePAM=no", "PidFile=none", "PermitRootLogin=yes", "ListenAddress=127.0.0.1"],
    ];
    const [command, ...args] = host.within([
      ...[SERVER, "-D", "-e", "-f", "/dev/null", "-p", String(PORT), "-h", hostKey],
      ...options.flatMap((option) => ["-o", option]),
    ]);
    const server = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("sshd does not listen")), LIMIT_MS);
      server.stderr?.on("data", (said) => {
        if (!String(said).includes("Server listening")) return;
        clearTimeout(timer);
        resolve();
      });
    });
    const lines = [
      ...["Host gate", "HostName 127.0.0.1", `Port ${PORT}`, "User root", `IdentityFile ${userKey}`],
      ...["UserKnownHostsFile /dev/null", "StrictHostKeyChecking no", "LogLevel ERROR"],
    ];
    writeFileSync(join(folder, "config"), `${lines.join("\n")}\n`);
    mkdirSync(join(folder, "bin"));
    const program = join(folder, "bin", "ssh");
    writeFileSync(program, `#!/bin/sh\nexec /usr/bin/ssh -F ${join(folder, "config")} "$@"\n`);
    chmodSync(program, 0o755);
    return new SshServer(folder, server);
  }

  close(): void {
    this.#server.kill("SIGTERM");
    rmSync(this.#folder, { recursive: true });
  }
}
