/**
 * Random captures for fast-check. Each has a few conversations over few addresses and ports, so that flows continue, close,
 * reopen, expire and share addresses.
 */
import fc from "fast-check";
import { type Endpoint, OTHERS, type TrafficRecord, type TransportName } from "./traffic.ts";

const SECOND = 1_000_000_000n;

/** How a capture's clock behaves. */
export type Clock = "steady" | "forward" | "wild";

/** Addresses on both sides of the sign bit; multicast groups and a host of each family. */
const IPV4 = ["10.0.0.1", "10.0.0.2", "192.168.1.255", "200.1.2.3", "224.0.0.251", "255.255.255.255"];
const IPV6 = ["2001:db8::1", "2001:db8::2", "fe80::1", "ff02::fb", "8000::1", "::1"];
/** Listed ports: single, ranges, wide, without a product, with several, retired ones; and some unlisted ones. */
const PORTS = [20, 53, 80, 443, 500, 700, 3478, 3480, 5353, 8100, 12345, 16385, 49200, 54321, 60000];
/** Ends of products (data/products.tsv), and a time after all of them. */
const BEGINNINGS = [1_308_614_399n, 1_561_939_199n, 1_650_499_198n, 1_700_000_000n];

const REALISTIC_FLAGS = ["S", "SA", "A", "PA", "FA", "R", "RA"];
const STRANGE_FLAGS = ["", "F", "P", "SF", "SR", "SAR", "FR", "SAF", "SP"];

const STEPS: readonly bigint[] = [0n, 1n, SECOND / 2n, SECOND - 1n, SECOND, 10n * SECOND, 60n * SECOND - 1n];
const LONG_STEPS: readonly bigint[] = [60n * SECOND, 60n * SECOND + 1n, 61n * SECOND, 3601n * SECOND];

interface Conversation {
  readonly transport: TransportName;
  readonly ends: readonly [Endpoint, Endpoint];
}

/** A record before its endpoints and time are chosen. */
interface Draft {
  readonly kind: "ports" | "later-fragment" | keyof typeof OTHERS;
  /** Index of the conversation, modulo their number. */
  readonly conversation: number;
  readonly isReply: boolean;
  readonly flags: string;
  readonly start: number;
  readonly isFragment: boolean;
  readonly fragmentId: number;
  readonly extraLength: number;
  readonly isLinkBroadcast: boolean;
  readonly step: bigint;
  readonly isBack: boolean;
  readonly isTimeless: boolean;
}

/** Captures of up to `maxLength` records in up to `maxConversations` conversations. */
export function randomCapture(
  clock: Clock,
  maxLength: number,
  maxConversations = 12,
): fc.Arbitrary<TrafficRecord[]> {
  return fc
    .tuple(
      fc.constantFrom(...BEGINNINGS),
      fc.array(conversation, { minLength: 1, maxLength: maxConversations, size: "max" }),
      fc.array(draft(clock), { maxLength, size: "max" }),
    )
    .map(([beginning, conversations, drafts]) => {
      let now = beginning * SECOND;
      return drafts.map((one) => {
        now += one.isBack ? -one.step : one.step;
        return recordOf(one, conversations[one.conversation % conversations.length], now);
      });
    });
}

function recordOf(one: Draft, { transport, ends }: Conversation, now: bigint): TrafficRecord {
  const [source, destination] = one.isReply ? [ends[1], ends[0]] : ends;
  const { fragmentId, extraLength, isLinkBroadcast } = one;
  const common = { time: one.isTimeless ? null : now, extraLength, isLinkBroadcast };
  if (one.kind === "ports") {
    const flags = transport === "tcp" ? one.flags : "";
    const id = one.isFragment ? fragmentId : null;
    const { start } = one;
    return {
      ...common,
      body: { kind: "ports", transport, source, destination, flags, start, fragmentId: id },
    };
  }
  if (one.kind === "later-fragment") {
    const [sourceAddress, destinationAddress] = [source.address, destination.address];
    return { ...common, body: { kind: one.kind, transport, sourceAddress, destinationAddress, fragmentId } };
  }
  return { ...common, isLinkBroadcast: false, body: { kind: "other", weird: one.kind } };
}

function draft(clock: Clock): fc.Arbitrary<Draft> {
  const isWild = clock === "wild";
  return fc.record({
    kind,
    conversation: fc.nat(59),
    isReply: fc.boolean(),
    flags,
    start: fc.oneof(
      { weight: 5, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constantFrom(2, 40_000) },
    ),
    isFragment: rarely(6),
    fragmentId: fc.constantFrom(1, 2, 3, 65_535),
    extraLength,
    isLinkBroadcast: rarely(12),
    // A steady clock always advances, so that the longest idle flow is unique, to the microsecond.
    step:
      clock === "steady"
        ? fc.bigInt({ min: 1000n, max: 5n * SECOND })
        : fc.oneof(
            { weight: 12, arbitrary: fc.constantFrom(...STEPS) },
            { weight: 1, arbitrary: fc.constantFrom(...LONG_STEPS) },
          ),
    isBack: isWild ? rarely(4) : fc.constant(false),
    isTimeless: isWild ? rarely(10) : fc.constant(false),
  });
}

function rarely(oneIn: number): fc.Arbitrary<boolean> {
  return fc.nat(oneIn - 1).map((value) => value === oneIn - 1);
}

const kind = fc.oneof(
  { weight: 24, arbitrary: fc.constant<Draft["kind"]>("ports") },
  { weight: 4, arbitrary: fc.constant<Draft["kind"]>("later-fragment") },
  { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(OTHERS) as (keyof typeof OTHERS)[])) },
);

const flags = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...REALISTIC_FLAGS) },
  { weight: 1, arbitrary: fc.constantFrom(...STRANGE_FLAGS) },
);

const extraLength = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 1400) },
  { weight: 1, arbitrary: fc.constant(4_294_967_000) },
);

const port = fc.constantFrom(...PORTS);

const conversation: fc.Arbitrary<Conversation> = fc
  .record({
    transport: fc.constantFrom<TransportName>("tcp", "udp"),
    addresses: fc
      .constantFrom(IPV4, IPV6)
      .chain((family) => fc.tuple(fc.constantFrom(...family), fc.constantFrom(...family))),
    ports: fc.tuple(port, port),
  })
  .map<Conversation>(({ transport, addresses, ports }) => ({
    transport,
    ends: [
      { address: addresses[0], port: ports[0] },
      { address: addresses[1], port: ports[1] },
    ],
  }))
  // The side of an endpoint that talks to itself is undefined.
  .filter(({ ends: [one, two] }) => one.address !== two.address || one.port !== two.port);
