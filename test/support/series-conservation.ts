/** Invariants of the totals over time in every summary (docs/contract.md, "Totals over time"). */
import type { Summary } from "../../src/reports/traffic/summary.ts";

const AMOUNTS = ["flows", "packets", "bytes"] as const;

type Equal = (rule: string, actual: unknown, wanted: unknown) => void;

/**
 * All buckets together equal the totals: by group, by device, and what was not decoded (docs/contract.md, "Totals over
 * time").
 */
export function checkSeries(summary: Summary, equal: Equal): void {
  const { series, groups, devices, packets, bytes, capture } = summary;
  if (series === null) return;
  const { buckets } = series;
  const starts = buckets.map(({ start }) => start ?? "~");
  equal("buckets are in order, each once", starts.join(), [...new Set(starts)].sort().join());
  equal("the first bucket is the start", series.start, buckets[0]?.start ?? null);
  const { otherFlows = { packets: 0, bytes: 0 } } = summary;
  const decoded = {
    flows: summary.flows.total,
    packets: packets.decoded - otherFlows.packets,
    bytes: bytes.decoded - otherFlows.bytes,
  };
  const others = buckets.flatMap((bucket) => bucket.others ?? []);
  const cells = buckets.flatMap((bucket) => bucket.groups);
  for (const what of AMOUNTS) {
    const all = sum([...cells, ...others].map((cell) => cell[what]));
    equal(`${what} of all buckets`, all, decoded[what]);
    if (others.length > 0) continue;
    for (const group of groups) {
      const own = cells.filter(({ id }) => id === group.id);
      equal(`${what} of ${group.id} in all buckets`, sum(own.map((cell) => cell[what])), group[what]);
    }
  }
  for (const what of ["packets", "bytes"] as const) {
    const undecoded = sum(buckets.map(({ notDecoded }) => notDecoded[what]));
    equal(`${what} not decoded in all buckets`, undecoded, capture[what] - { packets, bytes }[what].decoded);
  }
  checkBucketDevices(buckets, devices, equal);
}

function checkBucketDevices(
  buckets: NonNullable<Summary["series"]>["buckets"],
  devices: Summary["devices"],
  equal: Equal,
): void {
  for (const { start, devices: own, outside, otherDevices, groups, others } of buckets) {
    const whole = sum([...groups, others ?? { bytes: 0 }].map(({ bytes }) => bytes));
    const ends = [...own, outside, otherDevices].flatMap((end) => end ?? []);
    for (const direction of ["sent", "received"] as const) {
      if (ends.length > 0)
        equal(`${direction} by all ends in ${start}`, sum(ends.map((end) => end[direction])), whole);
      for (const device of own) {
        const ofGroups = sum(device.groups.map((group) => group[direction]));
        equal(`${direction} by ${device.id} in ${start}`, ofGroups, device[direction]);
      }
    }
  }
  if (buckets.some(({ others, otherDevices }) => others !== null || otherDevices !== null)) return;
  const cells = buckets.flatMap((bucket) => bucket.devices);
  for (const device of devices) {
    const own = cells.filter(({ id }) => id === device.id).flatMap(({ groups }) => groups);
    for (const what of ["sent", "received", "flows"] as const) {
      for (const group of device.groups) {
        const ofGroup = own.filter(({ id }) => id === group.id).map((cell) => cell[what]);
        equal(`${what} by ${device.id} of ${group.id} in all buckets`, sum(ofGroup), group[what]);
      }
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
