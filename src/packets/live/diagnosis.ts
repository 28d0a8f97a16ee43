/** Checks the requirements of live capture, with the commands to install what is missing. */
import { readFile } from "node:fs/promises";
import { platform } from "node:os";
import { shellFileName } from "../../shell-word.ts";
import { probeCap } from "./cap-program.ts";
import { canRefusePrivileges } from "./capture-keeper.ts";
import type { Finding, RemedyLine } from "./finding.ts";
import { BACKEND_NAMES } from "./live-source.ts";
import { findBpfAccess, findProcesses } from "./mac-diagnosis.ts";
import { listInterfaces, type NetworkInterface } from "./network-interfaces.ts";
import { readProgramOutput } from "./program-output.ts";
import { chooseRunAs } from "./run-as.ts";
import { findAllInPath, findAppleTcpdump } from "./tcpdump-way.ts";

/** All findings, and whether capturing is possible at all. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly canCapture: boolean;
}

/** The bit of CAP_NET_RAW in linux/capability.h. */
const CAP_NET_RAW = 13n;

/** Checks everything; takes a second or two. Never throws. */
export async function diagnose(env: NodeJS.ProcessEnv = process.env): Promise<Diagnosis> {
  const isMac = platform() === "darwin";
  const applePath = isMac ? await findAppleTcpdump(env) : null;
  const tcpdumpPath = applePath ?? findAllInPath("tcpdump", env)[0] ?? null;
  const [version, cap, interfaces, privilege, reader] = await Promise.all([
    readProgramOutput(tcpdumpPath ?? "tcpdump", ["--version"], env),
    probeCap([], env),
    listInterfaces(env),
    isMac ? findBpfAccess() : findCapability(tcpdumpPath, env),
    findReader(env),
  ]);
  const canCapture = interfaces.some(({ backends }) => backends.length > 0);
  // Missing privileges only show when an interface is opened; without a backend, the privileges of this process decide.
  const canTry = tcpdumpPath !== null || cap.isBuilt;
  const hasPermission =
    isMac || !canTry
      ? privilege.isOk
      : canCapture || !interfaces.some(({ problem }) => problem?.includes("permission"));
  return {
    findings: [
      { subject: "Node", isOk: true, text: process.version, remedy: [] },
      describeTcpdump(tcpdumpPath, version.stdout + version.stderr),
      describeCap(cap.isBuilt),
      { ...privilege, isOk: hasPermission, remedy: hasPermission ? [] : privilege.remedy },
      reader,
      ...(isMac ? [findProcesses(applePath !== null)] : []),
      describeInterfaces(interfaces),
      ...BACKEND_NAMES.map((backend): Finding => {
        const names = interfaces.filter(({ backends }) => backends.includes(backend)).map(({ name }) => name);
        const text = names.length > 0 ? `can capture on ${names.join(", ")}` : "cannot capture here";
        return { subject: `backend ${backend}`, isOk: names.length > 0, text, remedy: [] };
      }),
    ],
    canCapture,
  };
}

function describeTcpdump(path: string | null, version: string): Finding {
  const subject = "tcpdump";
  if (path === null) {
    const remedy =
      platform() === "darwin"
        ? [{ say: "macOS has it at /usr/sbin/tcpdump: add /usr/sbin to PATH" }]
        : [{ run: "sudo apt install tcpdump    # or: dnf install tcpdump, apk add tcpdump" }];
    return { subject, isOk: false, text: "not in PATH", remedy };
  }
  const versions = [
    /^tcpdump version ([^\s,]+(?: -- Apple version \S+)?)/m,
    /^libpcap version ([^\s,]+)/m,
  ].map((pattern) => pattern.exec(version)?.[1] ?? "of unknown version");
  return { subject, isOk: true, text: `${path}, ${versions[0]}, with libpcap ${versions[1]}`, remedy: [] };
}

function describeCap(isBuilt: boolean): Finding {
  if (isBuilt) return { subject: "cap", isOk: true, text: "built", remedy: [] };
  const needs =
    platform() === "darwin"
      ? "xcode-select --install"
      : "sudo apt install libpcap-dev build-essential python3";
  return {
    subject: "cap",
    isOk: false,
    text: "not installed, or not built (optional: tcpdump is enough)",
    // npm 12 runs install scripts only of approved packages; older versions only have the last command.
    remedy: [
      { run: needs },
      { say: "installed globally:" },
      { run: "npm install -g --allow-scripts=cap appleflow" },
      { say: "in a project:" },
      { run: "npm install cap@0.2.1 && npm install-scripts approve cap && npm rebuild cap" },
      { say: "before npm 11.16:" },
      { run: "npm rebuild cap" },
    ],
  };
}

/** Determines the user that `live` reads packets as. */
async function findReader(env: NodeJS.ProcessEnv): Promise<Finding> {
  const subject = "live runs as";
  if (process.getuid?.() !== 0) return { subject, isOk: true, text: "this user", remedy: [] };
  const user = await chooseRunAs(undefined, env).catch(() => null);
  if (user === null) {
    return {
      subject,
      isOk: false,
      text: "no unprivileged user to run as",
      remedy: [{ say: "name one: live --user NAME" }],
    };
  }
  const isBarred = await canRefusePrivileges(env);
  const text = `${user.name}, not root, while packets are read${isBarred ? "; privileges cannot be regained" : ""}`;
  return { subject, isOk: true, text, remedy: [] };
}

async function findCapability(tcpdumpPath: string | null, env: NodeJS.ProcessEnv): Promise<Finding> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const own = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1];
  const hasOwn = own !== undefined && ((BigInt(`0x${own}`) >> CAP_NET_RAW) & 1n) === 1n;
  const ofProcess = `this process ${hasOwn ? "has" : "lacks"} CAP_NET_RAW`;
  const administration = { ...env, PATH: `${env.PATH ?? ""}:/sbin:/usr/sbin` };
  return {
    subject: "permission",
    isOk: hasOwn,
    text:
      tcpdumpPath === null ? ofProcess : `${ofProcess}; ${await capabilityOf(tcpdumpPath, administration)}`,
    remedy: capabilityCommands(
      tcpdumpPath ?? "/usr/bin/tcpdump",
      findAllInPath("setcap", administration).length > 0,
    ),
  };
}

async function capabilityOf(tcpdumpPath: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (findAllInPath("getcap", env).length === 0)
    return "tcpdump's capabilities are unknown: getcap is not installed";
  const { stdout } = await readProgramOutput("getcap", [tcpdumpPath], env);
  return `tcpdump's file has ${/cap_net_raw/.test(stdout) ? "CAP_NET_RAW" : "no capability"}`;
}

/**
 * The capability is given to a copy that only one group may run: an update would remove it from the system's tcpdump,
 * which everybody may run. cap would need it for node itself, and so for every script.
 */
export function capabilityCommands(tcpdumpPath: string, hasSetcap: boolean): RemedyLine[] {
  return [
    ...(hasSetcap
      ? []
      : [{ run: "sudo apt install libcap2-bin    # or: dnf install libcap, apk add libcap" }]),
    { say: "for tcpdump only (a copy, which only your group may run):" },
    { run: `sudo install -m 0750 -g "$(id -gn)" ${shellFileName(tcpdumpPath)} /usr/local/bin/tcpdump` },
    { run: "sudo setcap cap_net_raw=ep /usr/local/bin/tcpdump" },
    { run: "hash -r; command -v tcpdump    # must say /usr/local/bin/tcpdump" },
  ];
}

function describeInterfaces(interfaces: readonly NetworkInterface[]): Finding {
  const usable = interfaces.filter(({ backends }) => backends.length > 0);
  const { isDefault, name } = interfaces[0] ?? { isDefault: false, name: "" };
  const route = isDefault ? `the default route uses ${name}` : "there is no default route";
  return {
    subject: "interfaces",
    isOk: usable.length > 0,
    text: `${usable.length} of ${interfaces.length} can be captured; ${route}`,
    remedy: [],
  };
}
