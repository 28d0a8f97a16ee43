/** Builds rows from the totals by bucket, group and device. */

import type { Device } from "../../evidence/devices/join-devices.ts";
import { OTHERS } from "../../evidence/devices/tenancies.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { NO_TIME } from "../../net/moment.ts";
import type { Reading } from "../collector.ts";
import type { DescribedGroup, GroupNumbers } from "../group-numbers.ts";
import type { BucketTotal, DeviceCell, GroupCell } from "../series/series-totals.ts";
import { type BucketRow, compareBucketRows, type RestClass } from "./bucket-row.ts";

type Amounts = Pick<BucketRow, "sentBytes" | "receivedBytes" | "sentPackets" | "receivedPackets" | "flows">;
type End = Pick<BucketRow, "party" | "deviceId" | "deviceName" | "deviceAddress" | "isApple">;
type What = Omit<BucketRow, keyof Amounts | keyof End | "start" | "seconds" | "retoldBytes">;

const NO_END: End = { party: null, deviceId: null, deviceName: null, deviceAddress: null, isApple: null };
const OUTSIDE_END: End = { ...NO_END, party: "outside" };
const OTHER_END: End = { ...NO_END, party: "others" };

/** Builds the rows of buckets, ordered by time, group and end. Owned by the caller. */
export function buildBucketRows(
  reading: Pick<Reading, "options" | "devices">,
  buckets: Iterable<BucketTotal>,
  groups: GroupNumbers,
  services: ServiceTable,
  seconds: number,
): BucketRow[] {
  const owners = reading.options.evidence ? ownersOf(reading.devices()) : null;
  // Of all groups seen so far, only a few have traffic in a given bucket.
  const described = new Map<number, What>();
  const rows: BucketRow[] = [];
  for (const { start, cells, others, notDecoded } of buckets) {
    const time = { start: start === NO_TIME ? null : start, seconds };
    const add = (what: What, end: End, amounts: Amounts, retoldBytes = 0) => {
      if (retoldBytes > 0 || Object.values(amounts).some((amount) => amount !== 0)) {
        rows.push({ ...time, ...end, ...what, ...amounts, retoldBytes });
      }
    };
    for (const cell of cells) {
      const what = described.get(cell.group) ?? whatOf(groups.describe(cell.group), services);
      described.set(cell.group, what);
      for (const [end, amounts] of endsOf(cell, owners)) add(what, end, amounts);
      add(what, NO_END, bothWays(0, 0, 0), cell.retold);
    }
    add(restOf("others"), NO_END, bothWays(others.packets, others.bytes, others.flows));
    add(restOf("not-decoded"), NO_END, bothWays(notDecoded.packets, notDecoded.bytes, 0));
  }
  return rows.sort(compareBucketRows);
}

/** The device that owns each tenancy. */
function ownersOf(devices: readonly Device[]): ReadonlyMap<number, End> {
  const owners = new Map<number, End>();
  for (const { id, name, isApple, addresses, macs, tenancies } of devices) {
    const end: End = {
      party: "device",
      deviceId: id,
      deviceName: name,
      deviceAddress: addresses[0] ?? macs[0] ?? null,
      isApple,
    };
    for (const { tenancy } of tenancies) owners.set(tenancy, end);
  }
  return owners;
}

/** Traffic at each end of a group's flows; what no device owns is outside. */
function endsOf(cell: GroupCell, owners: ReadonlyMap<number, End> | null): Map<End, Amounts> {
  const { packets, bytes, flows } = cell;
  if (owners === null) return new Map([[NO_END, bothWays(packets, bytes, flows)]]);
  const outside = bothWays(packets, bytes, flows);
  const ends = new Map<End, Changing<Amounts>>();
  for (const [index, moved] of cell.devices ?? []) {
    const end = index === OTHERS ? OTHER_END : owners.get(index);
    if (end === undefined) continue;
    const sum = ends.get(end) ?? bothWays(0, 0, 0);
    ends.set(end, sum);
    addMoved(sum, moved, 1);
    addMoved(outside, moved, -1);
  }
  return ends.set(OUTSIDE_END, outside);
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

function addMoved(sum: Changing<Amounts>, moved: DeviceCell, sign: 1 | -1): void {
  sum.sentBytes += sign * moved.sent;
  sum.receivedBytes += sign * moved.received;
  sum.sentPackets += sign * moved.sentPackets;
  sum.receivedPackets += sign * moved.receivedPackets;
  sum.flows += sign * moved.begun;
}

/** Amounts that count as both sent and received. */
function bothWays(packets: number, bytes: number, flows: number): Changing<Amounts> {
  return { sentBytes: bytes, receivedBytes: bytes, sentPackets: packets, receivedPackets: packets, flows };
}

function whatOf(group: DescribedGroup, services: ServiceTable): What {
  const families = group.products.flatMap((name) => services.product(name)?.family ?? []);
  return {
    groupId: group.id,
    class: group.class,
    products: group.products,
    families: [...new Set(families)],
    candidates: group.candidates,
    label: group.label,
    reason: group.reason,
    evidence: group.evidence,
    transport: group.service.transport,
    ports: group.service.ports,
    service: group.service.name,
    protocol: group.protocol,
  };
}

function restOf(rest: RestClass): What {
  return {
    groupId: null,
    class: rest,
    products: [],
    families: [],
    candidates: [],
    label: null,
    reason: null,
    evidence: null,
    transport: null,
    ports: null,
    service: null,
    protocol: null,
  };
}
