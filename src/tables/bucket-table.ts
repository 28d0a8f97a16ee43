/** `appleflow/buckets@1`: traffic of each end and group per time bucket. */
import type { BucketRow } from "../reports/history/bucket-row.ts";
import type { StoredRow } from "./parquet-reader.ts";
import { column, nullable, type TableSchema } from "./table-schema.ts";

/** A row, and the sensor that captured it. */
export interface SensorRow extends BucketRow {
  /** Name of the capturing host or place; empty for a capture that is only summarized. */
  readonly sensor: string;
}

const MICROSECONDS = 1_000_000;

export const BUCKET_TABLE: TableSchema<SensorRow> = {
  name: "appleflow/buckets@1",
  columns: [
    nullable("start", "time", ({ start }) => (start === null ? null : start * MICROSECONDS)),
    column("seconds", "seconds", (row) => row.seconds),
    column("sensor", "text", (row) => row.sensor),
    nullable("party", "text", (row) => row.party),
    nullable("device_id", "text", (row) => row.deviceId),
    nullable("device_name", "text", (row) => row.deviceName),
    nullable("device_address", "text", (row) => row.deviceAddress),
    nullable("is_apple", "flag", (row) => row.isApple),
    nullable("group_id", "text", (row) => row.groupId),
    column("class", "text", (row) => row.class),
    column("products", "texts", (row) => row.products),
    column("families", "texts", (row) => row.families),
    column("candidates", "texts", (row) => row.candidates),
    nullable("label", "text", (row) => row.label),
    nullable("reason", "text", (row) => row.reason),
    nullable("evidence", "text", (row) => row.evidence),
    nullable("transport", "text", (row) => row.transport),
    nullable("ports", "text", (row) => row.ports),
    nullable("service", "text", (row) => row.service),
    nullable("protocol", "text", (row) => row.protocol),
    column("sent_bytes", "count", (row) => row.sentBytes),
    column("received_bytes", "count", (row) => row.receivedBytes),
    column("sent_packets", "count", (row) => row.sentPackets),
    column("received_packets", "count", (row) => row.receivedPackets),
    column("flows", "count", (row) => row.flows),
    column("retold_bytes", "count", (row) => row.retoldBytes),
  ],
};

/** Adds a sensor's name to rows. */
export function* rowsOf(sensor: string, rows: Iterable<BucketRow>): Generator<SensorRow> {
  for (const row of rows) yield { ...row, sensor };
}

/** Converts a row read from a file of this schema. */
export function sensorRowOf(stored: StoredRow): SensorRow {
  // Files written with these columns are read with them.
  return Object.fromEntries(
    PROPERTIES.map(([property, name]) => [property, stored[name]]),
  ) as unknown as SensorRow;
}

/** Properties of a row by column name. */
const PROPERTIES = BUCKET_TABLE.columns.map(
  ({ name }) => [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), name] as const,
);
