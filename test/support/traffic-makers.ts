/** Short notation for traffic: one record per call, with defaults for what a test does not need. */
import type { Endpoint, OTHERS, TrafficRecord, TransportName } from "./traffic.ts";

const SECOND = 1_000_000_000n;
/** The start of test captures: 2023-11-14T22:13:20Z, after the end of every ended product. */
export const BEGINNING = 1_700_000_000n * SECOND;

export interface RecordOptions {
  /** Seconds after `BEGINNING`, null for a record without a time. */
  readonly at?: number | null;
  readonly flags?: string;
  /** The initial sequence number of the connection (`PortsBody.start`). */
  readonly start?: number;
  readonly fragmentId?: number;
  readonly isLinkBroadcast?: boolean;
  readonly extraLength?: number;
}

/** `tcp("10.0.0.1:49200", "17.0.0.1:443", { flags: "S" })`. IPv6 is in brackets. */
export function tcp(source: string, destination: string, options: RecordOptions = {}): TrafficRecord {
  return withPorts("tcp", source, destination, options);
}

/** `udp("10.0.0.1:49200", "[2001:db8::1]:53")`. */
export function udp(source: string, destination: string, options: RecordOptions = {}): TrafficRecord {
  return withPorts("udp", source, destination, options);
}

/** A later fragment between two addresses. */
export function laterFragment(
  source: string,
  destination: string,
  fragmentId: number,
  options: RecordOptions & { readonly transport?: TransportName } = {},
): TrafficRecord {
  const transport = options.transport ?? "udp";
  const body = { kind: "later-fragment", transport, fragmentId } as const;
  return { ...common(options), body: { ...body, sourceAddress: source, destinationAddress: destination } };
}

/** A record without ports. */
export function other(weird: keyof typeof OTHERS, options: RecordOptions = {}): TrafficRecord {
  return { ...common(options), body: { kind: "other", weird } };
}

/** Parses address and port of `10.0.0.1:80` or `[2001:db8::1]:80`. */
export function endpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(":");
  const address = text.slice(0, colon).replace(/^\[|\]$/g, "");
  return { address, port: Number(text.slice(colon + 1)) };
}

function withPorts(
  transport: TransportName,
  source: string,
  destination: string,
  options: RecordOptions,
): TrafficRecord {
  const ends = { source: endpoint(source), destination: endpoint(destination) };
  const { flags = "A", start = 1, fragmentId = null } = options;
  return {
    ...common(options),
    body: { kind: "ports", transport, ...ends, flags: transport === "tcp" ? flags : "", start, fragmentId },
  };
}

function common({ at = 0, isLinkBroadcast = false, extraLength = 0 }: RecordOptions) {
  // Rounded to nanoseconds, because 0.1 s is not exact in binary.
  const time = at === null ? null : BEGINNING + BigInt(Math.round(at * 1e9));
  return { time, isLinkBroadcast, extraLength };
}
