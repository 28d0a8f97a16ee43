/**
 * The ways in which tcpdump captures on a Mac (apple-oss-distributions tcpdump 03e7b68, libpcap e5deb8a). Apple's own
 * names the process of each packet: on its device pktap, which needs root, or in comments (-P), for outgoing TCP only.
 */
import { accessSync, constants } from "node:fs";
import { platform } from "node:os";
import { delimiter, join } from "node:path";
import { isKept } from "./kept-program.ts";
import type { LiveOptions, ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";

/** One way to capture with tcpdump. */
export interface TcpdumpWay {
  /** Name or path of the program. */
  readonly command: string;
  /** The device to capture on. */
  readonly device: string;
  /** classic: pcap; comments: Apple's pcapng of one interface; pktap: Apple's pcapng of many. */
  readonly form: "classic" | "comments" | "pktap";
  /** A limitation to tell the user about; null for none. */
  readonly note: string | null;
}

/** macOS's own tcpdump. Homebrew's comes before it in PATH and does not support processes. */
const APPLE_PATH = "/usr/sbin/tcpdump";
const APPLE_MARK = "Apple version";
/** Devices that cover many interfaces, with or without a list of them. */
const TAP = /^(?:a(?:ny|ll)|(?:pktap|iptap|droptap)\d*(?:,.*)?)$/;
/** Of them, those that also cover loopback and tunnels. */
const ALL = /^(?:pktap.*,)?a(?:ny|ll)$/;

/** Without a list it covers tunnels as well as their carriers (xnu pktap.c, pktap_clone_create). */
const WITHOUT_LIST = /^pktap\d*$/;

const NOTES = {
  tap: "only packets of this Mac are seen, each with its process",
  all: "only packets of this Mac are seen, each with its process; those of lo0 and of tunnels count as well",
  tunnels: "only packets of this Mac are seen, each with its process; those of tunnels count as well",
  comments:
    "processes are known for outgoing TCP only; with sudo also for UDP and incoming packets, and the app behind a helper",
  classic: "processes are unknown: Apple's tcpdump, /usr/sbin/tcpdump, is missing",
} as const;

/** Whether a name is a device of Apple's tcpdump that covers many interfaces. Always false on other systems. */
export function isTap(name: string): boolean {
  return platform() === "darwin" && TAP.test(name);
}

/** Whether the capturing process has root privileges. */
export function isRoot(): boolean {
  return process.getuid?.() === 0 || isKept();
}

/** Returns the ways to capture on an interface, best first. Empty for a tap without Apple's tcpdump. */
export async function tcpdumpWays(name: string, options: LiveOptions): Promise<readonly TcpdumpWay[]> {
  const classic: TcpdumpWay = { command: "tcpdump", device: name, form: "classic", note: null };
  const { processes = true, promiscuous, env = process.env } = options;
  if (platform() !== "darwin" || (!processes && !isTap(name))) return [classic];
  const command = await findAppleTcpdump(env);
  if (isTap(name)) {
    const note = ALL.test(name) ? NOTES.all : WITHOUT_LIST.test(name) ? NOTES.tunnels : NOTES.tap;
    return command === null ? [] : [{ command, device: name, form: "pktap", note }];
  }
  if (command === null) return [{ ...classic, note: NOTES.classic }];
  const ways: TcpdumpWay[] = [
    { command, device: name, form: "comments", note: NOTES.comments },
    { ...classic, command },
  ];
  // A tap is silent for a missing interface, and never shows frames for other stations.
  if (isRoot() && promiscuous !== true && (await listNames(command, env)).includes(name)) {
    ways.unshift({ command, device: `pktap,${name}`, form: "pktap", note: NOTES.tap });
  }
  return ways;
}

/** Finds Apple's tcpdump by its path, else by its version among those in PATH; null if there is none. */
export async function findAppleTcpdump(env: ProgramEnvironment): Promise<string | null> {
  for (const path of [APPLE_PATH, ...findAllInPath("tcpdump", env)]) {
    const { stdout, stderr } = await readProgramOutput(path, ["--version"], env);
    if ((stdout + stderr).includes(APPLE_MARK)) return path;
  }
  return null;
}

/** Returns the interfaces that a tcpdump lists. */
export async function listNames(command: string, env: ProgramEnvironment): Promise<readonly string[]> {
  const { stdout } = await readProgramOutput(command, ["-D"], env);
  return [...stdout.matchAll(/^\d+\.(\S+)/gm)].map(([, name]) => name);
}

/** Returns programs of this name in the order of PATH. */
export function findAllInPath(name: string, env: ProgramEnvironment): string[] {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
