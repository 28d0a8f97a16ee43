/** All fuzz targets. */
import type { FuzzTarget } from "../fuzz-target.ts";
import { ANNOUNCEMENT_TARGETS } from "./announcement-targets.ts";
import { CAPTURE_TARGETS } from "./capture-targets.ts";
import { DECODER_TARGETS } from "./decoder-targets.ts";
import { FILTER_TARGETS } from "./filter-targets.ts";
import { FLOW_LOG_TARGETS } from "./flow-log-targets.ts";
import { FORMAT_TARGETS } from "./format-targets.ts";
import { HANDSHAKE_TARGETS } from "./handshake-targets.ts";
import { NAME_TARGETS } from "./name-targets.ts";
import { PROCESS_TARGETS } from "./process-targets.ts";
import { PROTOCOL_TARGETS } from "./protocol-targets.ts";
import { RULESET_TARGETS } from "./ruleset-targets.ts";
import { TEXT_TARGETS } from "./text-targets.ts";
import { USER_FILE_TARGETS } from "./user-file-targets.ts";

/** In listing order. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...CAPTURE_TARGETS,
  ...HANDSHAKE_TARGETS,
  ...NAME_TARGETS,
  ...PROCESS_TARGETS,
  ...PROTOCOL_TARGETS,
  ...ANNOUNCEMENT_TARGETS,
  ...DECODER_TARGETS,
  ...FORMAT_TARGETS,
  ...FLOW_LOG_TARGETS,
  ...FILTER_TARGETS,
  ...RULESET_TARGETS,
  ...USER_FILE_TARGETS,
  ...TEXT_TARGETS,
];
