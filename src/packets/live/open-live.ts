/** Opens an interface with the requested backend, or with one that works here. */

import { startChild } from "./child-program.ts";
import type { BackendName, LiveOptions, LiveSource } from "./live-source.ts";
import { openWithBackend } from "./open-with-backend.ts";

/**
 * Begins to capture on an interface. The caller owns the source, and stops it unless `monitor` does.
 *
 * @param backend "auto": tcpdump if it can capture, else cap; if neither can, the error says what each lacks.
 * @throws InputError `bad_filter`, `no_such_interface`, `interface_down`, `no_permission`, `no_backend`,
 * `capture_failed`
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
  return await openWithBackend(startChild, interfaceName, backend, options);
}
