/** Whole captures through the whole program: open, decompress, decode, flows, evidence, reports. */
import { captureSamples } from "../capture-samples.ts";
import { examineCaptures } from "../examine-captures.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { BYTE_MUTATIONS } from "../mutations/byte-mutations.ts";
import { COMPRESSION_MUTATIONS } from "../mutations/compression-mutations.ts";
import { STRUCTURE_MUTATIONS } from "../mutations/structure-mutations.ts";

/** One target: a session takes longer than a capture, so one session reads several. */
export const CAPTURE_TARGETS: readonly FuzzTarget[] = [
  {
    name: "captures",
    samples: captureSamples().map(({ bytes }) => bytes),
    mutations: [
      ...STRUCTURE_MUTATIONS,
      ...STRUCTURE_MUTATIONS,
      ...STRUCTURE_MUTATIONS,
      ...COMPRESSION_MUTATIONS,
      ...BYTE_MUTATIONS,
    ],
    isText: false,
    // The budget of a capture, twice: it is analysed in two ways.
    budget: { cpuMs: 2000, memoryBytes: 600 << 20 },
    batch: 8,
    weight: 12,
    examine: examineCaptures,
  },
];
