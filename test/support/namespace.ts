/**
 * A host of its own for a test: a network namespace with one cable to a second one, which sends. Both go with the process
 * that made them, however that ends; nothing that is sent leaves them.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { platform } from "node:os";

/** The interface on the host, and its other end. */
export const DEVICE = "cable0";
const SENDER_DEVICE = "cable1";

const NEEDED = ["unshare", "nsenter", "ip", "tcpdump", "tcpreplay", "setpriv"];
const QUIET = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; ip link set lo up; echo ready; exec cat";

/** Why no host can be made here, or null where it can. */
export function whyNoNamespace(): string | null {
  if (platform() !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const missing = NEEDED.filter((name) => !isInstalled(name));
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  try {
    execFileSync("unshare", ["--net", "true"], { stdio: "ignore" });
    return null;
  } catch {
    return "this machine makes no network namespaces";
  }
}

function isInstalled(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A host with the interface `DEVICE`, up, without addresses and silent until something is sent to it. */
export class Namespace {
  readonly #host: ChildProcess;
  readonly #sender: ChildProcess;

  private constructor(host: ChildProcess, sender: ChildProcess) {
    this.#host = host;
    this.#sender = sender;
  }

  /** @param mergesFrames Whether the host's interface may merge frames into larger ones, as most do (GRO). */
  static async make(mergesFrames = true): Promise<Namespace> {
    const [host, sender] = await Promise.all([startHolder(), startHolder()]);
    const namespace = new Namespace(host, sender);
    namespace.connect();
    if (!mergesFrames) namespace.run("ethtool", "-K", DEVICE, "gro", "off", "gso", "off", "tso", "off");
    return namespace;
  }

  /** The command that runs `command` on the host. */
  within(command: readonly string[]): string[] {
    return enter(this.#host, command);
  }

  /** Runs a command on the host to its end; its standard output. */
  run(...command: readonly string[]): string {
    const [program, ...args] = this.within(command);
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Puts the cable there, new and up. */
  connect(): void {
    const peer = ["peer", "name", SENDER_DEVICE, "netns", String(this.#sender.pid)];
    this.run("ip", "link", "add", DEVICE, "type", "veth", ...peer);
    this.run("ip", "link", "set", DEVICE, "up");
    const [program, ...args] = enter(this.#sender, ["ip", "link", "set", SENDER_DEVICE, "up"]);
    execFileSync(program, args);
  }

  /** Takes the cable and both its interfaces away. */
  disconnect(): void {
    this.run("ip", "link", "delete", DEVICE);
  }

  /** Sends the packets of a capture to the host, as they are; how many, once all are on the cable. */
  async replay(capture: string, ...options: readonly string[]): Promise<number> {
    const command = ["tcpreplay", "-q", "-i", SENDER_DEVICE, ...options, capture];
    const [program, ...args] = enter(this.#sender, command);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const [status] = await once(child, "close");
    const sent = /^Actual: (\d+) packets/m.exec(said)?.[1];
    if (status !== 0 || sent === undefined) throw new Error(`tcpreplay: ${errors}`);
    return Number(sent);
  }

  /** Ends both hosts. */
  async remove(): Promise<void> {
    await Promise.all(
      [this.#host, this.#sender].map(async (holder) => {
        const ended = once(holder, "exit");
        holder.stdin?.end();
        await ended;
      }),
    );
  }
}

/** A process that holds a namespace for as long as its standard input is open. */
async function startHolder(): Promise<ChildProcess> {
  const holder = spawn("unshare", ["--net", "sh", "-c", QUIET], { stdio: ["pipe", "pipe", "inherit"] });
  const [chunk] = await once(holder.stdout, "data");
  if (String(chunk) !== "ready\n") throw new Error(`no namespace: ${chunk}`);
  return holder;
}

function enter(holder: ChildProcess, command: readonly string[]): string[] {
  return ["nsenter", "-t", String(holder.pid), "--net", "--", ...command];
}
