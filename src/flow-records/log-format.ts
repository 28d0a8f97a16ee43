/** Detects the format of a log by its first bytes, never by its file name. */
import type { LogFormat } from "./log-entry.ts";

/** Bytes examined to detect a log. */
const START_LENGTH = 4096;
const BEGINNINGS: readonly { readonly format: LogFormat; readonly pattern: RegExp }[] = [
  { format: "zeek", pattern: /^#separator / },
  { format: "suricata", pattern: /^\{(?=[^\n]*"timestamp"\s*:)[^\n]*"event_type"\s*:/ },
  { format: "nfdump", pattern: /^(?:\[\s*)?\{\s*"type"\s*:\s*"(?:FLOW|EVENT)"/ },
  { format: "zeek", pattern: /^\{(?=[^\n]*"ts"\s*:)[^\n]*"(?:uid|_path|id\.orig_h)"\s*:/ },
];
/** Supported Zeek logs. */
export const ZEEK_LOGS = ["conn", "ssl", "quic", "http", "dns"] as const;
export type ZeekLog = (typeof ZEEK_LOGS)[number];

/** Returns the format of a log that begins with these bytes (borrowed); null if it is not a known one. */
export function logFormatOf(first: Uint8Array): LogFormat | null {
  const text = startOf(first);
  return BEGINNINGS.find(({ pattern }) => pattern.test(text))?.format ?? null;
}

/** Whether a log that begins with these bytes (borrowed) has flows or names: not every Zeek log does. */
export function isUsefulLog(first: Uint8Array): boolean {
  if (logFormatOf(first) === null) return false;
  const path = /^#path\s+(\S+)/m.exec(startOf(first)) ?? /"_path"\s*:\s*"(\w+)"/.exec(startOf(first));
  return path === null || zeekLogNamed(path[1]) !== null;
}

/** Whether a log that begins with these bytes (borrowed) has objects in free layout rather than one per line. */
export function isMultiline(first: Uint8Array): boolean {
  return /^(?:\[|\{[ \t\r]*\n)/.test(startOf(first));
}

function startOf(first: Uint8Array): string {
  return Buffer.from(first.subarray(0, START_LENGTH)).toString("latin1");
}

/** Returns the Zeek log of this name; null if it is not supported. */
export function zeekLogNamed(name: string): ZeekLog | null {
  return ZEEK_LOGS.find((log) => log === name) ?? null;
}
