/**
 * A Mac that behaves as Apple's sources say, for tests on any system: programs in a separate folder, devices /dev/bpfN, a
 * default route, and traffic sent by the test. `facts.json` lists its behaviour.
 */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A packet of the traffic, with pktap's metadata. */
export interface MacPacket {
  readonly iface: string;
  readonly frame: Uint8Array;
  readonly direction: "in" | "out";
  readonly transport: "tcp" | "udp";
  readonly pid?: number;
  readonly name?: string;
  readonly uuid?: string;
  readonly effectivePid?: number;
  readonly effectiveName?: string;
  readonly serviceClass?: string;
  /** Reason for which the kernel drops it. */
  readonly dropReason?: number;
}

export interface MacOptions {
  readonly isRoot?: boolean;
  /** Number of /dev/bpfN devices. */
  readonly devices?: number;
  /** Whether their group may open them. */
  readonly isShared?: boolean;
  /** The tcpdump programs in PATH, in order. */
  readonly tcpdumps?: readonly ("apple" | "homebrew")[];
  readonly route?: string | null;
}

interface MacInterface {
  readonly name: string;
  readonly linkType: "EN10MB" | "NULL" | "RAW";
  /** As listed by `tcpdump -D`. */
  readonly words: string;
}

const PROGRAMS = fileURLToPath(new URL("programs", import.meta.url));

const INTERFACES: readonly MacInterface[] = [
  { name: "en0", linkType: "EN10MB", words: "Up, Running, Wireless, Associated" },
  { name: "awdl0", linkType: "EN10MB", words: "Up, Running, Wireless, Associated" },
  { name: "llw0", linkType: "EN10MB", words: "Up, Running, Wireless, Not associated" },
  { name: "ap1", linkType: "EN10MB", words: "Up, Running, Wireless, Not associated" },
  { name: "utun0", linkType: "NULL", words: "Up, Running" },
  { name: "utun3", linkType: "NULL", words: "Up, Running" },
  { name: "lo0", linkType: "NULL", words: "Up, Running, Loopback" },
  { name: "anpi0", linkType: "EN10MB", words: "Up, Running, Disconnected" },
  { name: "en1", linkType: "EN10MB", words: "Up, Running, Disconnected" },
  { name: "en2", linkType: "EN10MB", words: "Up, Running, Disconnected" },
  { name: "en3", linkType: "EN10MB", words: "Up, Running, Disconnected" },
  { name: "en4", linkType: "EN10MB", words: "Up, Running, Disconnected" },
  { name: "en7", linkType: "EN10MB", words: "Up, Running, Connected" },
  { name: "bridge0", linkType: "EN10MB", words: "Up, Running, Disconnected" },
  { name: "gif0", linkType: "NULL", words: "none" },
  { name: "stf0", linkType: "NULL", words: "none" },
];

/** Time of the first packet, in microseconds since 1970. */
const FIRST_TIME = 1_741_682_000_000_000;

export class SimulatedMac {
  readonly folder = mkdtempSync(join(tmpdir(), "appleflow-mac-"));
  readonly #options: MacOptions;
  #route: string | null;
  #time = FIRST_TIME;

  constructor(options: MacOptions = {}) {
    this.#options = options;
    this.#route = options.route === undefined ? "en0" : options.route;
    mkdirSync(join(this.folder, "dev"));
    const { devices = 4, isShared = true } = options;
    for (let i = 0; i < devices; i++) {
      writeFileSync(join(this.folder, "dev", `bpf${i}`), isShared ? "group" : "root");
    }
    writeFileSync(join(this.folder, "traffic.ndjson"), "");
    for (const [i, maker] of this.#tcpdumps.entries()) this.#install(i, "tcpdump", maker);
    this.#install(this.#tcpdumps.length, "route", "apple");
    this.#installNode();
    this.#writeState();
  }

  get isRoot(): boolean {
    return this.#options.isRoot === true;
  }

  /** The environment of its programs. */
  get env(): Record<string, string> {
    const folders = [...this.#tcpdumps, "system"].map((_, i) => join(this.folder, `bin${i}`));
    return { PATH: folders.join(":"), MAC_FOLDER: this.folder };
  }

  /** The program that replaces Node where cap would run: the package is not built there. */
  get nodeWithoutCap(): string {
    return join(this.folder, "node");
  }

  /** Switches the default route to another interface; null: to none. */
  setRoute(name: string | null): void {
    this.#route = name;
    this.#writeState();
  }

  /** Sends packets past the interfaces. */
  send(...packets: readonly MacPacket[]): void {
    const lines = packets.map(({ frame, ...packet }) => {
      this.#time += 1_000;
      const told = { ...packet, hex: Buffer.from(frame).toString("hex"), microseconds: this.#time };
      return `${JSON.stringify(told)}\n`;
    });
    appendFileSync(join(this.folder, "traffic.ndjson"), lines.join(""));
  }

  /** Returns the processes that have a device open. */
  captures(): number[] {
    return readdirSync(join(this.folder, "dev"))
      .filter((name) => name.endsWith(".lock"))
      .map((name) => this.#holderOf(name))
      .filter((pid) => pid > 0 && isAlive(pid));
  }

  /** Returns the process of a lock; 0 while it is being written or removed. */
  #holderOf(lock: string): number {
    try {
      return Number(readFileSync(join(this.folder, "dev", lock), "utf8"));
    } catch {
      return 0;
    }
  }

  /** Returns the current number of devices. */
  deviceNames(): string[] {
    return readdirSync(join(this.folder, "dev")).filter((name) => !name.endsWith(".lock"));
  }

  /** Returns whether a process of this user may open a device. */
  mayOpen(device: string): boolean {
    return this.isRoot || readFileSync(join(this.folder, "dev", device), "utf8") === "group";
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  get #tcpdumps(): readonly string[] {
    return this.#options.tcpdumps ?? ["apple"];
  }

  #install(place: number, name: string, maker: string): void {
    const folder = join(this.folder, `bin${place}`);
    mkdirSync(folder, { recursive: true });
    this.#write(
      join(folder, name),
      `MAC_FOLDER='${this.folder}' MAC_TCPDUMP=${maker} exec '${process.execPath}' '${join(PROGRAMS, `${name}.mjs`)}' "$@"`,
    );
  }

  #installNode(): void {
    const message = JSON.stringify({ kind: "not-built", message: "no package cap" });
    this.#write(this.nodeWithoutCap, `echo 'cap: ${message}' >&2; exit 1`);
  }

  #write(path: string, command: string): void {
    writeFileSync(path, `#!/bin/sh\n${command}\n`);
    chmodSync(path, 0o755);
  }

  #writeState(): void {
    const state = { isRoot: this.isRoot, route: this.#route, interfaces: INTERFACES };
    writeFileSync(join(this.folder, "state.json"), JSON.stringify(state));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
