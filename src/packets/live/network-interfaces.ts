/** Which interfaces there are, and what can capture on them. */
import { readFile } from "node:fs/promises";
import { networkInterfaces, platform } from "node:os";
import { type CapProbe, probeCap } from "./cap-program.ts";
import { readLibpcapError } from "./capture-errors.ts";
import { findDefaultInterface } from "./default-route.ts";
import type { BackendName, ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";
import { findAppleTcpdump } from "./tcpdump-way.ts";

/** An interface that libpcap or the system knows. */
export interface NetworkInterface {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Null where nothing says so. */
  readonly isUp: boolean | null;
  /** Whether a cable or Wi-Fi connects it to a network; null where nothing says so, as of tunnels. */
  readonly isConnected: boolean | null;
  readonly isLoopback: boolean;
  /** Whether packets to everywhere leave by it: the one that is captured when none is named. */
  readonly isDefault: boolean;
  /** Name of the link type that a capture has ("ETHERNET"), or null: nothing could open it. */
  readonly linkType: string | null;
  /** What can open it, here and as this user. */
  readonly backends: readonly BackendName[];
  /** Why nothing can, in one line; null where something can. */
  readonly problem: string | null;
}

/** What `tcpdump -D` says of one interface. */
interface ListedInterface {
  readonly name: string;
  readonly isUp: boolean;
  readonly isConnected: boolean | null;
  readonly isLoopback: boolean;
}

/** Devices of libpcap that have no packets of a network. */
const NOT_A_NETWORK = /^(?:bluetooth|dbus-|usbmon|nfqueue)/;

/** Where libpcap's name of a link type is not the registry's. */
const LINK_TYPE_NAMES: Readonly<Record<string, string>> = {
  EN10MB: "ETHERNET",
  IEEE802_11_RADIO: "IEEE802_11_RADIOTAP",
};

/**
 * All interfaces: the one with the default route first, those that no network is connected to last, else as the system lists
 * them. Tries to open each one, which needs the privilege to capture; what fails is said in `problem`.
 *
 * @param env environment of the programs that are asked
 *
 * @example
 * ```ts
 * import { listInterfaces } from "appleflow";
 *
 * for (const { name, backends, problem } of await listInterfaces()) console.log(name, problem ?? backends);
 * ```
 */
export async function listInterfaces(env: ProgramEnvironment = process.env): Promise<NetworkInterface[]> {
  const isMac = platform() === "darwin";
  const tcpdump = (isMac ? await findAppleTcpdump(env) : null) ?? "tcpdump";
  const [{ stdout }, procNetDev, defaultName] = await Promise.all([
    readProgramOutput(tcpdump, ["-D"], env),
    isMac ? "" : readFile("/proc/net/dev", "utf8").catch(() => ""),
    findDefaultInterface(env),
  ]);
  const listed = readTcpdumpList(stdout);
  const system = networkInterfaces();
  const real = [...Object.keys(system), ...readProcNetDev(procNetDev)];
  const names = [...new Set([...listed.map(({ name }) => name), ...real])].filter(
    (name) => !NOT_A_NETWORK.test(name),
  );
  const cap = await probeCap(names, env);
  const describe = async (name: string): Promise<NetworkInterface> => {
    const addresses = system[name] ?? [];
    const known = listed.find((one) => one.name === name);
    const opened = await openByTcpdump(tcpdump, name, env);
    const backends: BackendName[] = [];
    if (opened.linkType !== null) backends.push("tcpdump");
    const byCap = cap.interfaces.get(name);
    if (byCap?.linkType != null) backends.push("cap");
    return {
      name,
      addresses: addresses.map(({ address }) => address),
      isUp:
        addresses.length > 0 || known?.isUp === true
          ? true
          : real.includes(name) || (isMac && known !== undefined)
            ? false
            : null,
      isConnected: known?.isConnected ?? null,
      isLoopback: known?.isLoopback ?? addresses.some(({ internal }) => internal),
      isDefault: name === defaultName,
      linkType: opened.linkType ?? byCap?.linkType ?? null,
      backends,
      problem: backends.length > 0 ? null : (opened.problem ?? problemOfCap(cap, name)),
    };
  };
  const interfaces: NetworkInterface[] = [];
  // A device /dev/bpfN is one process's, and what the kernel adds is root's: whoever opens many at once finds none.
  if (isMac) for (const name of names) interfaces.push(await describe(name));
  else interfaces.push(...(await Promise.all(names.map(describe))));
  const rank = ({ isDefault, isConnected }: NetworkInterface) =>
    isDefault ? 0 : isConnected === false ? 2 : 1;
  return interfaces.sort((one, other) => rank(one) - rank(other));
}

/** The interfaces in what `tcpdump -D` prints: `1.eth0 (description) [Up, Running]`. */
export function readTcpdumpList(text: string): ListedInterface[] {
  const interfaces: ListedInterface[] = [];
  for (const line of text.split("\n")) {
    const name = /^\d+\.(\S+)/.exec(line)?.[1];
    if (name === undefined) continue;
    const flags = /\[([^[\]]*)\]$/.exec(line.trimEnd())?.[1] ?? "";
    interfaces.push({
      name,
      isUp: /\bUp\b/.test(flags),
      isConnected: connectionOf(flags),
      isLoopback: /\bLoopback\b/.test(flags),
    });
  }
  return interfaces;
}

/** By the words of libpcap 1.9 and later, and of Apple's. */
function connectionOf(flags: string): boolean | null {
  if (/\b(?:Disconnected|Not associated)\b/.test(flags)) return false;
  return /\b(?:Connected|Associated)\b/.test(flags) ? true : null;
}

/** The names of interfaces in a text in the form of Linux's /proc/net/dev, down ones too. */
export function readProcNetDev(text: string): string[] {
  return [...text.matchAll(/^[ \t]*([^\s:|]+):/gm)].map(([, name]) => name);
}

interface OpenedInterface {
  readonly linkType: string | null;
  /** Null also where there is no tcpdump. */
  readonly problem: string | null;
}

/** Whether tcpdump can open it: listing its link types does. The first one is the one that a capture has. */
async function openByTcpdump(
  tcpdump: string,
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<OpenedInterface> {
  // Without -p it would receive frames for others, for that moment.
  const { status, stdout, stderr } = await readProgramOutput(tcpdump, ["-p", "-L", "-i", name], env);
  if (status === null) return { linkType: null, problem: null };
  // Apple's has the list in standard error, as all had before 4.99.
  const linkType = /^ {2}([A-Z0-9_]+) /m.exec(stdout === "" ? stderr : stdout)?.[1];
  if (status === 0 && linkType !== undefined) {
    return { linkType: LINK_TYPE_NAMES[linkType] ?? linkType, problem: null };
  }
  return { linkType: null, problem: shortProblem(stderr, name) };
}

function problemOfCap(cap: CapProbe, name: string): string {
  const message = cap.interfaces.get(name)?.problem;
  return cap.isBuilt && message != null
    ? shortProblem(message, name)
    : "neither tcpdump nor cap is installed";
}

/** Without the name and what to do about it, which a table has no room for. */
function shortProblem(text: string, name: string): string {
  const error = readLibpcapError(text, name);
  const said =
    error?.message ??
    text
      .trim()
      .split("\n")[0]
      .replace(/^tcpdump: /, "");
  return said.replace(`${name}: `, "").split("; ")[0];
}
