/** All samples of protocols. */
import { DATAGRAM_SAMPLES } from "./datagram-samples.ts";
import { LAB_SAMPLES } from "./lab-samples.ts";
import type { ProtocolSample } from "./protocol-sample.ts";
import { STREAM_SAMPLES } from "./stream-samples.ts";

export const ALL_SAMPLES: readonly ProtocolSample[] = [
  ...LAB_SAMPLES,
  ...STREAM_SAMPLES,
  ...DATAGRAM_SAMPLES,
];
