/**
 * The ways in which a tcpdump captures on a Mac (apple-oss-distributions tcpdump 03e7b68, libpcap e5deb8a). Apple's own
 * names the process of each packet: on its device pktap, which takes root, or in comments (-P), of outgoing TCP alone.
 */
import { accessSync, constants } from "node:fs";
import { platform } from "node:os";
import { delimiter, join } from "node:path";
import { isKept } from "./kept-program.ts";
import type { LiveOptions, ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";

/** One way to have tcpdump capture. */
export interface TcpdumpWay {
  /** Name or path of the program. */
  readonly command: string;
  /** What it is asked to capture on. */
  readonly device: string;
  /** classic: pcap; comments: Apple's pcapng of one interface; pktap: Apple's pcapng of many. */
  readonly form: "classic" | "comments" | "pktap";
  /** What it does not show, for the user; null where there is nothing to say. */
  readonly note: string | null;
}

/** Where macOS has its own. Homebrew's stands before it in PATH, and knows no processes. */
const APPLE_PATH = "/usr/sbin/tcpdump";
const APPLE_MARK = "Apple version";
/** Devices of many interfaces, with or without a list of them. */
const TAP = /^(?:a(?:ny|ll)|(?:pktap|iptap|droptap)\d*(?:,.*)?)$/;
/** Of them, those that have loopback and tunnels as well. */
const ALL = /^(?:pktap.*,)?a(?:ny|ll)$/;

/** Without a list it has tunnels as well as what carries them (xnu pktap.c, pktap_clone_create). */
const WITHOUT_LIST = /^pktap\d*$/;

const NOTES = {
  tap: "only packets of this Mac are seen, each with its process",
  all: "only packets of this Mac are seen, each with its process; those of lo0 and of tunnels count as well",
  tunnels: "only packets of this Mac are seen, each with its process; those of tunnels count as well",
  comments:
    "processes are known for outgoing TCP only; with sudo also for UDP and incoming packets, and the app behind a helper",
  classic: "processes are unknown: Apple's tcpdump, /usr/sbin/tcpdump, is missing",
} as const;

/** Whether a name is a device of Apple's tcpdump that takes packets of many interfaces. Always false off a Mac. */
export function isTap(name: string): boolean {
  return platform() === "darwin" && TAP.test(name);
}

/** Whether what captures may do what only root may. */
export function isRoot(): boolean {
  return process.getuid?.() === 0 || isKept();
}

/** The ways to capture on an interface, best first. Empty for a tap without Apple's tcpdump. */
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
  // A tap is silent on an interface that is not there, and never sees frames for others.
  if (isRoot() && promiscuous !== true && (await listNames(command, env)).includes(name)) {
    ways.unshift({ command, device: `pktap,${name}`, form: "pktap", note: NOTES.tap });
  }
  return ways;
}

/** Apple's tcpdump by its path, else by its version among those in PATH; null: there is none. */
export async function findAppleTcpdump(env: ProgramEnvironment): Promise<string | null> {
  for (const path of [APPLE_PATH, ...findAllInPath("tcpdump", env)]) {
    const { stdout, stderr } = await readProgramOutput(path, ["--version"], env);
    if ((stdout + stderr).includes(APPLE_MARK)) return path;
  }
  return null;
}

/** Names of the interfaces that a tcpdump lists. */
export async function listNames(command: string, env: ProgramEnvironment): Promise<readonly string[]> {
  const { stdout } = await readProgramOutput(command, ["-D"], env);
  return [...stdout.matchAll(/^\d+\.(\S+)/gm)].map(([, name]) => name);
}

/** Programs of this name, in the order in which they would be found. */
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
