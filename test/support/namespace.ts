/**
 * A separate host for a test: a network namespace with one cable to a second one, which sends. Both end with the process that
 * created them, however that ends; no packet leaves them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endHolders, enter, runIn, startHolder, whyNoHolder } from "./namespace-holder.ts";

/** The interface on the host, and its other end. */
export const DEVICE = "cable0";
const SENDER_DEVICE = "cable1";

const QUIET = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6";

/** Why no host can be made here, or null if it can. */
export function whyNoNamespace(): string | null {
  return whyNoHolder(["ip", "tcpdump", "tcpreplay", "setpriv"], ["true"]);
}

/** A host with the interface `DEVICE`, up, without addresses, and silent until something is sent to it. */
export class Namespace {
  readonly #host: ChildProcess;
  readonly #sender: ChildProcess;

  private constructor(host: ChildProcess, sender: ChildProcess) {
    this.#host = host;
    this.#sender = sender;
  }

  /** @param mergesFrames Whether the host's interface may merge frames into larger ones, as most do (GRO). */
  static async make(mergesFrames = true): Promise<Namespace> {
    const [host, sender] = await Promise.all([startHolder(QUIET), startHolder(QUIET)]);
    const namespace = new Namespace(host, sender);
    namespace.connect();
    if (!mergesFrames) namespace.run("ethtool", "-K", DEVICE, "gro", "off", "gso", "off", "tso", "off");
    return namespace;
  }

  /** Returns the command line that runs `command` on the host. */
  within(command: readonly string[]): string[] {
    return enter(this.#host, command);
  }

  /** Runs a command on the host to its end; returns its standard output. */
  run(...command: readonly string[]): string {
    return runIn(this.#host, command);
  }

  /** Creates the cable, new and up. */
  connect(): void {
    const peer = ["peer", "name", SENDER_DEVICE, "netns", String(this.#sender.pid)];
    this.run("ip", "link", "add", DEVICE, "type", "veth", ...peer);
    this.run("ip", "link", "set", DEVICE, "up");
    runIn(this.#sender, ["ip", "link", "set", SENDER_DEVICE, "up"]);
  }

  /** Removes the cable and both its interfaces. */
  disconnect(): void {
    this.run("ip", "link", "delete", DEVICE);
  }

  /** Sends the packets of a capture to the host unchanged; returns how many, once all are on the cable. */
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
    await endHolders([this.#host, this.#sender]);
  }
}
