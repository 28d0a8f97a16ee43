/** Lists the interfaces, and which backends can capture on them. */
import { readFile } from "node:fs/promises";
import { networkInterfaces, platform } from "node:os";
import { type CapProbe, probeCap } from "./cap-program.ts";
import { readLibpcapError } from "./capture-errors.ts";
import { findDefaultInterface } from "./default-route.ts";
import type { BackendName, ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";
import { findAppleTcpdump } from "./tcpdump-way.ts";

/** An interface known to libpcap or the system. */
export interface NetworkInterface {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Null if unknown. */
  readonly isUp: boolean | null;
  /** Whether a cable or Wi-Fi connects it to a network; null if unknown, as for tunnels. */
  readonly isConnected: boolean | null;
  readonly isLoopback: boolean;
  /** Whether it has the default route: the one that is captured if none is named. */
  readonly isDefault: boolean;
  /** Name of its link type in a capture ("ETHERNET"), or null if nothing could open it. */
  readonly linkType: string | null;
  /** Backends that can open it, here and as this user. */
  readonly backends: readonly BackendName[];
  /** Why none can, in one line; null if one can. */
  readonly problem: string | null;
}

/** An interface in the output of `tcpdump -D`. */
interface ListedInterface {
  readonly name: string;
  readonly isUp: boolean;
  readonly isConnected: boolean | null;
  readonly isLoopback: boolean;
}

/** Devices of libpcap without network packets. */
const NOT_A_NETWORK = /^(?:bluetooth|dbus-|usbmon|nfqueue)/;

/** Link type names of libpcap that differ from the registry's. */
const LINK_TYPE_NAMES: Readonly<Record<string, string>> = {
  EN10MB: "ETHERNET",
  IEEE802_11_RADIO: "IEEE802_11_RADIOTAP",
};

/**
 * Lists all interfaces: the one with the default route first, those not connected to a network last, otherwise in the
 * system's order. Tries to open each one, which needs the privilege to capture; failures are described in `problem`.
 *
 * @param env environment of the programs that are run
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
  // A device /dev/bpfN belongs to one process, and devices that the kernel adds to root, so opening many at once fails.
  if (isMac) for (const name of names) interfaces.push(await describe(name));
  else interfaces.push(...(await Promise.all(names.map(describe))));
  const rank = ({ isDefault, isConnected }: NetworkInterface) =>
    isDefault ? 0 : isConnected === false ? 2 : 1;
  return interfaces.sort((one, other) => rank(one) - rank(other));
}

/** Parses the output of `tcpdump -D`: `1.eth0 (description) [Up, Running]`. */
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

/** By the words of libpcap 1.9 and later, including Apple's. */
function connectionOf(flags: string): boolean | null {
  if (/\b(?:Disconnected|Not associated)\b/.test(flags)) return false;
  return /\b(?:Connected|Associated)\b/.test(flags) ? true : null;
}

/** Returns the interfaces in a text like Linux's /proc/net/dev, including down ones. */
export function readProcNetDev(text: string): string[] {
  return [...text.matchAll(/^[ \t]*([^\s:|]+):/gm)].map(([, name]) => name);
}

interface OpenedInterface {
  readonly linkType: string | null;
  /** Null also if tcpdump is not installed. */
  readonly problem: string | null;
}

/** Whether tcpdump can open it, tested by listing its link types. The first one is the link type of a capture. */
async function openByTcpdump(
  tcpdump: string,
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<OpenedInterface> {
  // Without -p it would briefly receive frames for other stations.
  const { status, stdout, stderr } = await readProgramOutput(tcpdump, ["-p", "-L", "-i", name], env);
  if (status === null) return { linkType: null, problem: null };
  // Apple's tcpdump lists them on standard error, as did all before 4.99.
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

/** Without the name and the advice, for which a table has no space. */
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
