/** Builds the totals over time from the collected totals. */
import { OTHERS } from "../../evidence/devices/tenancies.ts";
import { NO_TIME } from "../../net/moment.ts";
import { formatRfc3339 } from "../../net/rfc3339.ts";
import type { Reading } from "../collector.ts";
import type { DeviceGroup } from "../devices/device-report.ts";
import type { BucketDevice, BucketEnd, BucketGroup, Series, SeriesBucket } from "./series-report.ts";
import type { BucketTotal, SeriesTotals } from "./series-totals.ts";

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** Builds the series. `ids`: those of the groups, by number. Owned by the caller. */
export function buildSeries(
  reading: Reading,
  totals: SeriesTotals,
  ids: readonly string[],
  everySeconds: number,
): Series {
  const { evidence } = reading.options;
  const owners = new Map<number, string>();
  if (evidence) {
    for (const { id, tenancies } of reading.devices()) {
      for (const { tenancy } of tenancies) owners.set(tenancy, id);
    }
  }
  // `NO_TIME` sorts after all times.
  const buckets = [...totals.buckets].filter(hasMoved).sort((a, b) => a.start - b.start);
  const described = buckets.map((bucket) => describeBucket(bucket, ids, evidence ? owners : null));
  return { everySeconds, start: described[0]?.start ?? null, buckets: described };
}

/** Buckets may be empty because fragments were matched to their flow later. */
function hasMoved({ cells, others, notDecoded }: BucketTotal): boolean {
  return cells.length > 0 || others.packets > 0 || others.flows > 0 || notDecoded.packets > 0;
}

/** `owners`: the device of each tenancy; null if devices are not distinguished. */
function describeBucket(
  bucket: BucketTotal,
  ids: readonly string[],
  owners: ReadonlyMap<number, string> | null,
): SeriesBucket {
  const { start, others, notDecoded } = bucket;
  return {
    start: start === NO_TIME ? null : formatRfc3339(start, 0, 0),
    groups: groupsOf(bucket, ids),
    others: others.packets === 0 && others.flows === 0 ? null : others,
    ...endsOf(bucket, ids, owners),
    notDecoded,
  };
}

/** Adds up numbers that turned out to be the same group. */
function groupsOf({ cells }: BucketTotal, ids: readonly string[]): BucketGroup[] {
  const groups = new Map<string, Changing<BucketGroup>>();
  for (const { group, flows, packets, bytes } of cells) {
    const id = ids[group];
    const sum = groups.get(id);
    if (sum === undefined) groups.set(id, { id, flows, packets, bytes });
    else {
      sum.flows += flows;
      sum.packets += packets;
      sum.bytes += bytes;
    }
  }
  return [...groups.values()].sort((a, b) => b.bytes - a.bytes || (a.id < b.id ? -1 : 1));
}

interface DeviceTotal {
  sent: number;
  received: number;
  readonly groups: Map<string, Changing<DeviceGroup>>;
}

/** Traffic of each device, and the remainder outside, which includes tenancies that no device owns in the end. */
function endsOf(
  { cells, others, otherDevices: unlisted }: BucketTotal,
  ids: readonly string[],
  owners: ReadonlyMap<number, string> | null,
): Pick<SeriesBucket, "devices" | "outside" | "otherDevices"> {
  if (owners === null) return { devices: [], outside: null, otherDevices: null };
  const totals = new Map<string, DeviceTotal>();
  const bytes = cells.reduce((sum, cell) => sum + cell.bytes, others.bytes);
  const otherDevices = { ...unlisted };
  const outside = { sent: bytes - unlisted.sent, received: bytes - unlisted.received };
  for (const cell of cells) {
    for (const [index, { sent, received, flows }] of cell.devices ?? []) {
      const owner = owners.get(index);
      if (owner === undefined && index !== OTHERS) continue;
      outside.sent -= sent;
      outside.received -= received;
      if (owner === undefined) {
        otherDevices.sent += sent;
        otherDevices.received += received;
        continue;
      }
      const device = totals.get(owner) ?? { sent: 0, received: 0, groups: new Map() };
      totals.set(owner, device);
      const id = ids[cell.group];
      const group = device.groups.get(id) ?? { id, sent: 0, received: 0, flows: 0 };
      device.groups.set(id, group);
      device.sent += sent;
      device.received += received;
      group.sent += sent;
      group.received += received;
      group.flows += flows;
    }
  }
  const devices = [...totals].map(
    ([id, { sent, received, groups }]): BucketDevice => ({
      id,
      sent,
      received,
      groups: [...groups.values()].sort(byBytes),
    }),
  );
  return {
    devices: devices.sort(byBytes),
    outside: isNothing(outside) ? null : outside,
    otherDevices: isNothing(otherDevices) ? null : otherDevices,
  };
}

function isNothing({ sent, received }: BucketEnd): boolean {
  return sent === 0 && received === 0;
}

function byBytes(a: BucketEnd & { readonly id: string }, b: BucketEnd & { readonly id: string }): number {
  return b.sent + b.received - a.sent - a.received || (a.id < b.id ? -1 : 1);
}
