/**
 * Opens an interface with the requested backend, or with one that works here; the caller determines how programs are
 * started.
 */
import { InputError } from "../../errors.ts";
import { capProgram } from "./cap-program.ts";
import { captureError } from "./capture-errors.ts";
import type { StartProgram } from "./capture-program.ts";
import type { CaptureWay } from "./capture-run.ts";
import { BACKEND_NAMES, type BackendName, type LiveOptions, type LiveSource } from "./live-source.ts";
import { openSupervised } from "./supervised-source.ts";
import { tcpdumpProgram } from "./tcpdump-program.ts";
import { isTap, tcpdumpWays } from "./tcpdump-way.ts";

const TAP_BACKENDS = ["tcpdump"] as const;
/** Faults of a backend, not of the user's request: the other backend may succeed. */
const FAULTS_OF_BACKEND = ["no_permission", "no_backend"];

/** Begins to capture on an interface, like `openLive`; `start` starts the programs. */
export async function openBy(
  start: StartProgram,
  interfaceName: string,
  backend: BackendName | "auto",
  options: LiveOptions,
): Promise<LiveSource> {
  const faults: InputError[] = [];
  const backends = backend !== "auto" ? [backend] : isTap(interfaceName) ? TAP_BACKENDS : BACKEND_NAMES;
  for (const name of backends) {
    try {
      return await openSupervised(interfaceName, (device) => waysOf(name, device, options), options, start);
    } catch (error) {
      if (
        !(error instanceof InputError) ||
        backends.length === 1 ||
        !FAULTS_OF_BACKEND.includes(error.code)
      ) {
        throw error;
      }
      faults.push(error);
    }
  }
  const isPermission = faults.some(({ code }) => code === "no_permission");
  const details = faults.map(({ message }) => message.replace(`${interfaceName}: `, ""));
  const message = `${interfaceName}: nothing here can capture: ${details.join(". ")}`;
  throw new InputError(isPermission ? "no_permission" : "no_backend", message, { source: interfaceName });
}

/** Returns a backend's ways to capture on an interface, best first. Throws `InputError` if there are none. */
export async function waysOf(
  backend: BackendName,
  name: string,
  options: LiveOptions,
): Promise<readonly CaptureWay[]> {
  if (backend === "tcpdump") {
    const ways = await tcpdumpWays(name, options);
    if (ways.length === 0) throw noAppleTcpdump(name);
    return ways.map((way) => ({ program: tcpdumpProgram(name, way, options), note: way.note }));
  }
  if (isTap(name))
    throw captureError("no_backend", name, "a device of Apple's tcpdump, which cap cannot use");
  return [{ program: capProgram(name, options), note: null }];
}

function noAppleTcpdump(name: string): InputError {
  const detail = "a device of Apple's tcpdump, /usr/sbin/tcpdump, which is missing";
  return captureError("no_backend", name, detail);
}
