/**
 * Random captures for fast-check: few addresses and few ports, so that flows meet again, close, reopen and collide.
 */
import fc from "fast-check";
import { type Endpoint, OTHERS, type TrafficRecord, type TransportName } from "./traffic.ts";

const SECOND = 1_000_000_000n;

/** How a capture's clock behaves. */
export type Clock = "steady" | "forward" | "wild";

/** Addresses on both sides of the sign bit; groups and a host of each family. */
const IPV4 = ["10.0.0.1", "10.0.0.2", "192.168.1.255", "200.1.2.3", "224.0.0.251", "255.255.255.255"];
const IPV6 = ["2001:db8::1", "2001:db8::2", "fe80::1", "ff02::fb", "8000::1", "::1"];
/** Of the list: single, ranges, wide, without a product, with several, retired ones; and some that it lacks. */
const PORTS = [20, 53, 80, 443, 500, 700, 3478, 3480, 5353, 8100, 12345, 16385, 49200, 54321, 60000];
/** Ends of products (data/products.tsv), and a moment after all of them. */
const BEGINNINGS = [1_308_614_399n, 1_561_939_199n, 1_650_499_198n, 1_700_000_000n];

const REALISTIC_FLAGS = ["S", "SA", "A", "PA", "FA", "R", "RA"];
const STRANGE_FLAGS = ["", "F", "P", "SF", "SR", "SAR", "FR", "SAF", "SP"];

const STEPS: readonly bigint[] = [0n, 1n, SECOND / 2n, SECOND - 1n, SECOND, 10n * SECOND, 60n * SECOND - 1n];
const LONG_STEPS: readonly bigint[] = [60n * SECOND, 60n * SECOND + 1n, 61n * SECOND, 3601n * SECOND];

interface Draft {
  readonly record: Omit<TrafficRecord, "time">;
  readonly step: bigint;
  readonly isBack: boolean;
  readonly isTimeless: boolean;
}

/** Captures of up to `maxLength` records. */
export function randomCapture(clock: Clock, maxLength: number): fc.Arbitrary<TrafficRecord[]> {
  const size = { maxLength, size: "max" } as const;
  return fc
    .tuple(fc.constantFrom(...BEGINNINGS), fc.array(draft(clock), size))
    .map(([beginning, drafts]) => withTimes(drafts, beginning * SECOND));
}

/** Gives the records their times: each a step from the one before. */
function withTimes(drafts: readonly Draft[], beginning: bigint): TrafficRecord[] {
  let now = beginning;
  return drafts.map(({ record, step, isBack, isTimeless }) => {
    now += isBack ? -step : step;
    return { ...record, time: isTimeless ? null : now };
  });
}

function draft(clock: Clock): fc.Arbitrary<Draft> {
  const isWild = clock === "wild";
  return fc.record({
    record: fc.oneof(
      { weight: 12, arbitrary: portsRecord },
      { weight: 2, arbitrary: laterFragment },
      { weight: 1, arbitrary: otherRecord },
    ),
    // A steady clock never stands still: then it is plain which flow was silent longest, to the microsecond.
    step:
      clock === "steady"
        ? fc.bigInt({ min: 1000n, max: 5n * SECOND })
        : fc.oneof(
            { weight: 8, arbitrary: fc.constantFrom(...STEPS) },
            { weight: 1, arbitrary: fc.constantFrom(...LONG_STEPS) },
          ),
    isBack: isWild ? rarely(4) : fc.constant(false),
    isTimeless: isWild ? rarely(10) : fc.constant(false),
  });
}

function rarely(oneIn: number): fc.Arbitrary<boolean> {
  return fc.nat(oneIn - 1).map((value) => value === oneIn - 1);
}

const transport = fc.constantFrom<TransportName>("tcp", "udp");
const port = fc.constantFrom(...PORTS);
const extraLength = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 1400) },
  { weight: 1, arbitrary: fc.constant(4_294_967_000) },
);
const fragmentId = fc.constantFrom(1, 2, 3, 65_535);

const addresses = fc
  .oneof(fc.constant(IPV4), fc.constant(IPV6))
  .chain((family) => fc.tuple(fc.constantFrom(...family), fc.constantFrom(...family)));

const endpoints: fc.Arbitrary<[Endpoint, Endpoint]> = fc
  .tuple(addresses, port, port)
  .map<[Endpoint, Endpoint]>(([[one, two], portOne, portTwo]) => [
    { address: one, port: portOne },
    { address: two, port: portTwo },
  ])
  // Which side an endpoint that talks to itself is on has no answer.
  .filter(([one, two]) => one.address !== two.address || one.port !== two.port);

const flags = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...REALISTIC_FLAGS) },
  { weight: 1, arbitrary: fc.constantFrom(...STRANGE_FLAGS) },
);

const portsRecord: fc.Arbitrary<Omit<TrafficRecord, "time">> = fc
  .record({
    transport,
    endpoints,
    flags,
    fragmentId: fc.option(fragmentId, { freq: 6 }).map((id) => id),
    isFragment: rarely(6),
    extraLength,
    isLinkBroadcast: rarely(12),
  })
  .map(({ endpoints: [source, destination], isFragment, fragmentId: id, ...rest }) => ({
    extraLength: rest.extraLength,
    isLinkBroadcast: rest.isLinkBroadcast,
    body: {
      kind: "ports",
      transport: rest.transport,
      source,
      destination,
      flags: rest.transport === "tcp" ? rest.flags : "",
      fragmentId: isFragment ? id : null,
    },
  }));

const laterFragment: fc.Arbitrary<Omit<TrafficRecord, "time">> = fc
  .record({ addresses, transport, fragmentId, extraLength })
  .map(({ addresses: [sourceAddress, destinationAddress], ...rest }) => ({
    extraLength: rest.extraLength,
    isLinkBroadcast: false,
    body: {
      kind: "later-fragment",
      transport: rest.transport,
      sourceAddress,
      destinationAddress,
      fragmentId: rest.fragmentId,
    },
  }));

const otherRecord: fc.Arbitrary<Omit<TrafficRecord, "time">> = fc
  .record({
    weird: fc.constantFrom(...(Object.keys(OTHERS) as (keyof typeof OTHERS)[])),
    extraLength: fc.constantFrom(0, 100),
  })
  .map(({ weird, extraLength: extra }) => ({
    extraLength: extra,
    isLinkBroadcast: false,
    body: { kind: "other", weird },
  }));
