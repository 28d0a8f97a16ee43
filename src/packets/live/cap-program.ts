/** The package cap as a capture program, in a separate process (see `cap-child.ts` for the reasons). */
import { fileURLToPath } from "node:url";
import type { InputError } from "../../errors.ts";
import { type CapOrder, readCapMessage } from "./cap-messages.ts";
import { captureError, filterError, readLibpcapError } from "./capture-errors.ts";
import type { CaptureMessage, CaptureProgram, ProcessEnd } from "./capture-program.ts";
import type { LiveOptions } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";

const DEFAULT_SNAPLEN = 65_535;

/** Built files are all two folders deep; from the sources the child runs with the loader of tests and scripts. */
const CHILD = import.meta.url.endsWith(".ts")
  ? ["--import", "tsx", fileURLToPath(new URL("./cap-child.ts", import.meta.url))]
  : [fileURLToPath(new URL("../capture/cap-child.js", import.meta.url))];

/**
 * Returns the program that captures `interfaceName` with `options`. Throws `InputError` for options that cap does not
 * support.
 */
export function capProgram(interfaceName: string, options: LiveOptions): CaptureProgram {
  if (options.promiscuous === false) {
    throw captureError(
      "no_backend",
      interfaceName,
      "cap cannot capture without promiscuous mode, tcpdump can",
    );
  }
  const filter = options.filter?.trim() ?? "";
  const snaplen = Math.min(options.snaplen ?? DEFAULT_SNAPLEN, DEFAULT_SNAPLEN);
  const order: CapOrder = { kind: "capture", interfaceName, filter, snaplen };
  return {
    backend: "cap",
    command: process.execPath,
    args: [...CHILD, JSON.stringify(order)],
    env: options.env ?? process.env,
    firstCounters: { droppedByKernel: null, droppedByInterface: null, droppedByUs: 0 },
    writesAtOnce: true,
    readMessage,
    explain: (end) => explainCapEnd(end, interfaceName, filter),
    countersSignal: null,
    endsWithInput: true,
  };
}

/** Capabilities of the package cap on this system. */
export interface CapProbe {
  readonly isBuilt: boolean;
  /** By name; an interface may be missing if cap has crashed. */
  readonly interfaces: ReadonlyMap<
    string,
    { readonly linkType: string | null; readonly problem: string | null }
  >;
}

/** Determines in a separate process which interfaces cap can open. Never throws. */
export async function probeCap(interfaceNames: readonly string[], env: NodeJS.ProcessEnv): Promise<CapProbe> {
  const order: CapOrder = { kind: "probe", interfaceNames };
  const { stderr } = await readProgramOutput(process.execPath, [...CHILD, JSON.stringify(order)], env);
  const messages = stderr.split("\n").map(readCapMessage);
  const interfaces = new Map<string, { linkType: string | null; problem: string | null }>();
  for (const message of messages) {
    if (message?.kind === "opens") {
      interfaces.set(message.interfaceName, { linkType: message.linkType, problem: null });
    } else if (message?.kind === "opens-not") {
      interfaces.set(message.interfaceName, { linkType: null, problem: message.message });
    }
  }
  return { isBuilt: messages.some((message) => message?.kind === "built"), interfaces };
}

function readMessage(line: string): CaptureMessage {
  const message = readCapMessage(line);
  if (message?.kind === "listening") return message;
  if (message?.kind === "dropped") return { kind: "counters", droppedByUs: message.count };
  return { kind: "other" };
}

/** Returns why the process ended, and how to fix it. `filter`: "" for none. */
export function explainCapEnd(end: ProcessEnd, interfaceName: string, filter: string): InputError {
  for (const line of end.lines) {
    const message = readCapMessage(line);
    if (message?.kind === "not-built") {
      return captureError("no_backend", interfaceName, "the package cap is not installed, or not built");
    }
    if (message?.kind === "keeps-root") {
      const reason = "this Node cannot drop root once an interface is open: use tcpdump, or live --user root";
      return captureError("no_backend", interfaceName, reason);
    }
    if (message?.kind === "not-opened") {
      const known = readLibpcapError(message.message, interfaceName);
      if (known !== null) return known;
      if (filter !== "") return filterError(filter, interfaceName, message.message);
      return captureError("capture_failed", interfaceName, `cap: ${message.message}`);
    }
  }
  const output = end.lines.join(" ");
  // cap asserts that polling its socket succeeds, which it does not once the interface has disappeared.
  if (/Assertion .*status == 0/.test(output)) {
    return captureError("interface_gone", interfaceName, "the interface is gone");
  }
  if (end.startError !== null) {
    return captureError("capture_failed", interfaceName, `cap cannot be started: ${end.startError.message}`);
  }
  if (end.signal !== null) {
    return captureError("capture_ended", interfaceName, `the cap process was terminated by ${end.signal}`);
  }
  if (end.status === 0) return captureError("capture_ended", interfaceName, "the cap process has ended");
  const last = end.lines.findLast((line) => /Error|error/.test(line)) ?? `exit status ${end.status}`;
  return captureError("capture_failed", interfaceName, `cap: ${last.trim()}`);
}
