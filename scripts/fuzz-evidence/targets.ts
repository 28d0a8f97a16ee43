/** All readers of payload that are fuzzed. */
import { ANNOUNCEMENT_TARGETS } from "./announcement-targets.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { HANDSHAKE_TARGETS } from "./handshake-targets.ts";
import { NAME_TARGETS } from "./name-targets.ts";
import { PROCESS_TARGETS } from "./process-targets.ts";
import { PROTOCOL_TARGETS } from "./protocol-targets.ts";

/** In the order in which they run. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...HANDSHAKE_TARGETS,
  ...NAME_TARGETS,
  ...PROCESS_TARGETS,
  ...PROTOCOL_TARGETS,
  ...ANNOUNCEMENT_TARGETS,
];
