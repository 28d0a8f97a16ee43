/** tcpdump on another machine, by ssh: a gateway, a Mac, a phone's host. Prompts for nothing, leaves nothing behind. */
import { InputError } from "../../errors.ts";
import { shellWord } from "../../shell-word.ts";
import type { CaptureProgram, ProcessEnd } from "./capture-program.ts";
import type { CaptureWay } from "./capture-run.ts";
import type { LiveOptions } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";
import type { SshPlace } from "./remote-place.ts";
import { startHere } from "./start-here.ts";
import { readTcpdumpMessage } from "./tcpdump-program.ts";

/** Exit status of ssh if it cannot connect (ssh(1), "EXIT STATUS"). */
const STATUS_OF_SSH = 255;
/** Exit status of a shell that does not find a program. */
const STATUS_NOT_FOUND = 127;
const DEFAULT_PORT = 22;
const CONNECT_TIMEOUT_SECONDS = 10;
const DEFAULT_SNAPLEN = 262_144;

/**
 * Runs there in a shell, whose standard input ends with ssh: then tcpdump ends too, which would otherwise wait for the
 * next packet, and its last messages contain the counters.
 */
const SCRIPT = [
  "exec 3<&0",
  'tcpdump "$@" 3<&- & program=$!',
  '(read -r _ <&3; kill "$program") & watch=$!',
  "exec 3<&-",
  'wait "$program"',
  "status=$?",
  'kill "$watch" 2>/dev/null',
  'exit "$status"',
].join("; ");

/**
 * Returns the way to capture at a location. Excludes the capture's own traffic, of which each packet would cause more:
 * all of ssh's port. Asks ssh for that port, which the user's configuration may set; does not connect.
 */
export async function sshWays(
  name: string,
  place: SshPlace,
  options: LiveOptions,
): Promise<readonly CaptureWay[]> {
  const env = options.env ?? process.env;
  const { stdout } = await readProgramOutput("ssh", ["-G", "--", place.host], env);
  const port = Number(/^port (\d+)$/m.exec(stdout)?.[1] ?? DEFAULT_PORT);
  const note = `TCP port ${port} of that machine is left out: this capture is transferred over it`;
  return [{ program: sshProgram(name, place, port, options), note }];
}

/** Returns the program: ssh with its arguments, the last of which is for the remote shell. */
export function sshProgram(
  name: string,
  { host, interfaceName }: SshPlace,
  port: number,
  options: LiveOptions,
): CaptureProgram {
  const { snaplen = DEFAULT_SNAPLEN, promiscuous, filter = "" } = options;
  const own = `not tcp port ${port}`;
  const tcpdump = [
    ...(interfaceName === null ? [] : ["-i", interfaceName]),
    ...["-n", "-U", "--immediate-mode", "-s", String(snaplen), "-w", "-"],
    ...(promiscuous === false ? ["-p"] : []),
    ...["--", filter.trim() === "" ? own : `${own} and (${filter})`],
  ];
  const there = ["sh", "-c", SCRIPT, "sh", ...tcpdump].map(shellWord).join(" ");
  return {
    backend: "ssh",
    command: "ssh",
    args: [
      ...["-T", "-x", "-o", "BatchMode=yes", "-o", `ConnectTimeout=${CONNECT_TIMEOUT_SECONDS}`],
      // Detects a machine that disappears silently.
      ...["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3", "--", host, there],
    ],
    env: options.env ?? process.env,
    start: startHere,
    // tcpdump reports its counters at the end; it cannot be asked from here.
    firstCounters: { droppedByKernel: null, droppedByInterface: null, droppedByUs: 0 },
    writesAtOnce: true,
    readMessage: readTcpdumpMessage,
    explain: (end) => explainSshEnd(end, name, host),
    countersSignal: null,
    endsWithInput: true,
  };
}

/** Returns why it ended or did not begin. `name`: of the source. */
export function explainSshEnd(end: ProcessEnd, name: string, host: string): InputError {
  const { startError, signal, status, lines } = end;
  const fail = (code: "no_backend" | "no_permission" | "capture_failed" | "capture_ended", detail: string) =>
    new InputError(code, `${name}: ${detail}`, { source: name });
  if (startError?.code === "ENOENT") {
    return fail(
      "no_backend",
      "ssh is not installed, or not in PATH (on Debian: sudo apt install openssh-client)",
    );
  }
  if (startError !== null) return fail("no_backend", `ssh cannot be started: ${startError.message}`);
  if (signal !== null) return fail("capture_ended", `ssh was terminated by ${signal}`);
  // tcpdump says the reason once more, in brackets.
  const last = lines.findLast((line) => !/^\(.*\)$/.test(line.trim()))?.trim() ?? "";
  if (status === STATUS_OF_SSH) {
    const isStranger = /^Host key verification failed|Permission denied/.test(last);
    const remedy = isStranger ? `; "ssh ${shellWord(host)} true" must work first, and ask nothing` : "";
    return fail(
      "capture_failed",
      `ssh: ${last.replace(/^ssh: |\.$/g, "") || "the connection has ended"}${remedy}`,
    );
  }
  if (status === STATUS_NOT_FOUND) return fail("no_backend", `there is no tcpdump in PATH on ${host}`);
  if (/permission|not permitted/i.test(lines.join(" "))) {
    return fail("no_permission", `tcpdump may not capture there: it needs root, or CAP_NET_RAW (${last})`);
  }
  if (status === 0) return fail("capture_ended", "tcpdump there has ended");
  const remedy = last.includes("No such device")
    ? `; "ssh ${shellWord(host)} tcpdump -D" lists those there are`
    : "";
  return fail(
    "capture_failed",
    `tcpdump there: ${last.replace(/^tcpdump: /, "") || `exit status ${status}`}${remedy}`,
  );
}
