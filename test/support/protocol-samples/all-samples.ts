/** All samples of protocols. */
import { DATAGRAM_SAMPLES } from "./datagram-samples.ts";
import { LAB_DATAGRAM_SAMPLES } from "./lab-datagram-samples.ts";
import { LAB_STREAM_SAMPLES } from "./lab-stream-samples.ts";
import { LAB_TEXT_SAMPLES } from "./lab-text-samples.ts";
import type { ProtocolSample } from "./protocol-sample.ts";
import { STREAM_SAMPLES } from "./stream-samples.ts";

export const ALL_SAMPLES: readonly ProtocolSample[] = [
  ...LAB_TEXT_SAMPLES,
  ...LAB_STREAM_SAMPLES,
  ...LAB_DATAGRAM_SAMPLES,
  ...STREAM_SAMPLES,
  ...DATAGRAM_SAMPLES,
];
