/** Shared parts of the live capture tests, and the requirements of each backend. */
import { probeCap } from "../../../src/packets/live/cap-program.ts";
import type { BackendName } from "../../../src/packets/live/live-source.ts";
import { whyNoNamespace } from "../../support/namespace.ts";
import type { CaptureOutcome } from "./capture-host.ts";

/** tcpreplay options for a rate at which nothing is lost. */
export const PACE = ["--pps", "20000"];

/** Returns the packets of a capture in hexadecimal. */
export function textOf({ collected }: CaptureOutcome): string[] {
  return collected?.records.map(({ packet }) => packet) ?? [];
}

/** Returns whether a backend cannot be tested here; prints why on standard output. */
export async function findMissing(subject: string): Promise<(backend: BackendName) => boolean> {
  const reason = whyNoNamespace();
  const hasCap = (await probeCap([], process.env)).isBuilt;
  if (reason !== null) console.info(`skipped: ${subject}: ${reason}`);
  else if (!hasCap) console.info(`skipped: ${subject} by cap: the package is not built`);
  return (backend) => reason !== null || (backend === "cap" && !hasCap);
}
