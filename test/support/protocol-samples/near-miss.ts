/** Bytes that begin like a protocol but do not belong to it: the protocol, the reason, and the bytes of both sides. */
import type { ProtocolSample, SampleBytes } from "./protocol-sample.ts";

export type NearMiss = readonly [
  not: ProtocolSample["protocol"],
  why: string,
  transport: "tcp" | "udp",
  ports: readonly [number, number],
  first: readonly SampleBytes[],
  second: readonly SampleBytes[],
];
