/** Anonymises the traffic of devices over time. */
import { type BucketRow, compareBucketRows } from "../reports/history/bucket-row.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** Returns the rows with pseudonyms for devices, sorted again: the old order would reveal the old ids. */
export function anonymiseBucketRows(rows: readonly BucketRow[], pseudonyms: Pseudonyms): BucketRow[] {
  const isHardware = (address: string) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(address);
  const hidden = (address: string) =>
    isHardware(address) ? pseudonyms.hardware(address) : pseudonyms.address(address);
  return rows
    .map((row) => ({
      ...row,
      deviceId: row.deviceId === null ? null : pseudonyms.deviceId(row.deviceId),
      deviceName: row.deviceName === null ? null : pseudonyms.hostName(row.deviceName),
      deviceAddress: row.deviceAddress === null ? null : hidden(row.deviceAddress),
    }))
    .sort(compareBucketRows);
}
