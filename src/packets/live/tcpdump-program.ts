/**
 * tcpdump as the capture program: kernel timestamps, every link type, drop counters, and nothing else needs the
 * privilege. Handles messages of tcpdump 4.9 to 4.99 with libpcap 1.5 to 1.10.
 */
import { platform } from "node:os";
import { InputError } from "../../errors.ts";
import { shellWord } from "../../shell-word.ts";
import { captureError, filterError, readLibpcapError } from "./capture-errors.ts";
import type { CaptureMessage, CaptureProgram, ProcessCounters, ProcessEnd } from "./capture-program.ts";
import type { LiveOptions } from "./live-source.ts";
import type { TcpdumpWay } from "./tcpdump-way.ts";

/** KiB of the kernel's buffer: on Linux 1.6 s of 100,000 packets per second truncated to 256 bytes. */
const BUFFER_KIB = 65_536;
/** A Mac's maximum, 512 KiB on older ones; larger requests are silently reduced (xnu bpf.c, BIOCSBLEN). */
const MAC_BUFFER_KIB = 32_768;
const DEFAULT_SNAPLEN = 262_144;
const MOST_SNAPLEN = 262_144;
/**
 * With pktap, the snaplen includes its header and the bytes before the packet (xnu pktap.h; libpcap
 * pcap-darwin.c:950-953).
 */
const PKTAP_HEADER_LENGTH = 172;

const COUNTERS: readonly (readonly [RegExp, keyof ProcessCounters])[] = [
  [/\b(\d+) packets? dropped by kernel/, "droppedByKernel"],
  [/\b(\d+) packets? dropped by interface/, "droppedByInterface"],
];
const CAPTURED = /\b\d+ packets? (?:captured|received by filter)/;
const LISTENING = /^tcpdump: listening on /;

/** Returns the program that captures `interfaceName` in a way, with `options`. */
export function tcpdumpProgram(interfaceName: string, way: TcpdumpWay, options: LiveOptions): CaptureProgram {
  const isLinux = platform() === "linux";
  return {
    backend: "tcpdump",
    command: way.command,
    args: tcpdumpArguments(way, options),
    env: { ...(options.env ?? process.env), LC_ALL: "C" },
    // BPF does not count packets dropped by an interface (libpcap pcap-bpf.c:1037-1051).
    firstCounters: { droppedByKernel: 0, droppedByInterface: isLinux ? 0 : null, droppedByUs: 0 },
    // With pktap the file begins with the first packet (libpcap sf-pcapng.c:1724-1738); for -P the sources do not show
    // when output is flushed.
    writesAtOnce: way.form === "classic",
    readMessage: readTcpdumpMessage,
    explain: (end) =>
      (way.form === "pktap" ? explainPktapEnd(end, interfaceName) : null) ??
      explainTcpdumpEnd(end, interfaceName, options.filter),
    countersSignal: isLinux ? "SIGUSR1" : "SIGINFO",
    endsWithInput: false,
  };
}

/**
 * Each packet is written when it arrives (-U) and read from the kernel when it arrives (--immediate-mode: without it a
 * quiet link is read once a second). Requesting a flush by SIGUSR2 instead would save writes, but its handler flushes
 * in the middle of a write, which corrupts the rest of the capture (github.com/the-tcpdump-group/tcpdump/issues/1231).
 */
function tcpdumpArguments({ device, form }: TcpdumpWay, options: LiveOptions): string[] {
  const { snaplen = DEFAULT_SNAPLEN, promiscuous } = options;
  const buffer = platform() === "darwin" ? MAC_BUFFER_KIB : BUFFER_KIB;
  const length = form === "pktap" ? Math.min(snaplen + PKTAP_HEADER_LENGTH, MOST_SNAPLEN) : snaplen;
  const args = ["-i", device];
  if (form === "comments") args.push("-P");
  args.push("-n", "-U", "--immediate-mode", "-B", String(buffer), "-s", String(length), "-w", "-");
  if (promiscuous === false) args.push("-p");
  if (hasText(options.filter)) args.push("--", options.filter);
  return args;
}

/** Interprets a line of tcpdump's standard error. */
export function readTcpdumpMessage(line: string): CaptureMessage {
  if (LISTENING.test(line)) return { kind: "listening" };
  const counters: Partial<Record<keyof ProcessCounters, number>> = {};
  for (const [pattern, name] of COUNTERS) {
    const count = pattern.exec(line)?.[1];
    if (count !== undefined) counters[name] = Number(count);
  }
  if (Object.keys(counters).length > 0 || CAPTURED.test(line)) return { kind: "counters", ...counters };
  return { kind: "other" };
}

/** Returns why a capture by pktap ended, if the reason is specific to pktap; `interfaceName` is as the user named it. */
function explainPktapEnd({ lines }: ProcessEnd, interfaceName: string): InputError | null {
  if (!/SIOCIFCREATE|SIOCSDRVSPEC|not permitted|permission/i.test(lines.join(" "))) return null;
  const name = interfaceName.startsWith("-") ? "" : ` ${shellWord(interfaceName)}`;
  const message = `${interfaceName}: pktap needs root: sudo appleflow live${name}`;
  return new InputError("no_permission", message, { source: interfaceName });
}

/** Returns why tcpdump ended, and how to fix it. */
export function explainTcpdumpEnd(
  end: ProcessEnd,
  interfaceName: string,
  filter: string | undefined,
): InputError {
  const { startError, status, signal } = end;
  const fail = (code: Parameters<typeof captureError>[0], detail: string) =>
    captureError(code, interfaceName, detail);
  if (startError?.code === "ENOENT") {
    return fail("no_backend", "tcpdump is not installed, or not in PATH");
  }
  if (startError?.code === "EACCES") return fail("no_permission", "tcpdump may not be run by this user");
  if (startError !== null) return fail("capture_failed", `tcpdump cannot be started: ${startError.message}`);
  if (signal !== null) return fail("capture_ended", `tcpdump was terminated by ${signal}`);
  const said = end.lines.map((line) => line.replace(/^tcpdump: /, "").trim()).join(" ");
  if (/^(?:\S+: )?(?:invalid|unrecognized|illegal) option/.test(said)) {
    return fail("no_backend", `tcpdump does not support an option of Apple's: ${end.lines[0]}`);
  }
  const known = readLibpcapError(said, interfaceName);
  if (known !== null) return known;
  if (status === 0) return fail("capture_ended", "tcpdump has ended");
  const last = end.lines.at(-1)?.replace(/^tcpdump: /, "") ?? `exit status ${status}`;
  return hasText(filter)
    ? filterError(filter, interfaceName, last)
    : fail("capture_failed", `tcpdump: ${last}`);
}

/** Whether a filter is not empty. */
function hasText(filter: string | undefined): filter is string {
  return filter !== undefined && filter.trim() !== "";
}
