/** Captures that arrive by themselves: through a pipe, or from a program that serves them over TCP (PCAP over IP). */
import { connect } from "node:net";
import { PassThrough, type Readable } from "node:stream";
import { InputError, reasonOf } from "../../errors.ts";
import type { CaptureProgram, ProgramEnd, StartedProgram, StartProgram } from "./capture-program.ts";
import type { CaptureWay } from "./capture-run.ts";
import type { TcpLocation } from "./remote-location.ts";

/** Detects a server that disappears silently. */
const KEEP_ALIVE_MS = 15_000;

/** Common to all of them: no counters, no messages. */
const SILENT = {
  command: "",
  args: [],
  env: {},
  firstCounters: { droppedByKernel: null, droppedByInterface: null, droppedByUs: 0 },
  writesAtOnce: true,
  readMessage: () => ({ kind: "other" }),
  countersSignal: null,
  endsWithInput: false,
} as const satisfies Partial<CaptureProgram>;

/** Returns the way to read from a pipe; it ends with the pipe. `stream` is owned from then on. */
export function pipeWays(stream: Readable): readonly CaptureWay[] {
  const start: StartProgram = async () => startStream(stream);
  return [
    { program: { ...SILENT, backend: "pipe", start, startsLate: true, explain: () => null }, note: null },
  ];
}

/** Returns the way to read from a TCP server. */
export function tcpWays(name: string, { host, port }: TcpLocation): readonly CaptureWay[] {
  const start: StartProgram = async () =>
    startStream(connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }));
  const explain = ({ startError }: ProgramEnd) => {
    const detail = startError === null ? "the connection was closed" : reasonOf(startError);
    return new InputError("capture_ended", `${name}: ${detail}`, { source: name });
  };
  return [{ program: { ...SILENT, backend: "tcp", start, explain }, note: null }];
}

/** Wraps a stream as the standard output of a program. */
function startStream(stdout: Readable): StartedProgram {
  const stderr = new PassThrough();
  let startError: NodeJS.ErrnoException | null = null;
  stdout.once("error", (error) => {
    startError = error;
  });
  const ended = new Promise<ProgramEnd>((resolve) => {
    const end = () => {
      stderr.end();
      resolve({ status: 0, signal: null, startError });
    };
    stdout.once("end", end).once("close", end);
  });
  return {
    stdout,
    stderr,
    ended,
    exited: ended.then(() => {}),
    get isRunning() {
      return !stdout.destroyed && !stdout.readableEnded;
    },
    signal: () => void stdout.destroy(),
    endInput: () => void stdout.destroy(),
  };
}
