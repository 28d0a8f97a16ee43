/** Opens an interface with the backend that the user wants, or with one that works here. */
import { InputError } from "../../errors.ts";
import { capProgram } from "./cap-program.ts";
import { BACKEND_NAMES, type BackendName, type LiveOptions, type LiveSource } from "./live-source.ts";
import { openSupervised } from "./supervised-source.ts";
import { tcpdumpProgram } from "./tcpdump-program.ts";

const PROGRAMS = { tcpdump: tcpdumpProgram, cap: capProgram };
/** What is wrong with a backend, not with what the user asked for: the other one may do better. */
const FAULTS_OF_BACKEND = ["no_permission", "no_backend"];

/**
 * Begins to capture on an interface. The caller owns the source, and stops it if `monitor` does not.
 *
 * @param backend "auto": tcpdump where it can capture, else cap; where neither can, the error says what each lacks.
 * @throws InputError `bad_filter`, `no_such_interface`, `interface_down`, `no_permission`, `no_backend`, `capture_failed`
 *
 * @example
 * ```ts
 * import { openLive } from "appleflow";
 *
 * const source = await openLive("en0", "auto", { filter: "not port 22", onEvent: ({ message }) => console.error(message) });
 * ```
 */
export async function openLive(
  interfaceName: string,
  backend: BackendName | "auto",
  options: LiveOptions = {},
): Promise<LiveSource> {
  const faults: InputError[] = [];
  for (const name of backend === "auto" ? BACKEND_NAMES : [backend]) {
    try {
      return await openSupervised(interfaceName, PROGRAMS[name](interfaceName, options), options);
    } catch (error) {
      if (!(error instanceof InputError) || backend !== "auto" || !FAULTS_OF_BACKEND.includes(error.code)) {
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
