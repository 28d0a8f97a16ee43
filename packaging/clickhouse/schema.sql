-- The tables of appleflow in ClickHouse, 18.16 and later: written by "appleflow ship", queried by "appleflow history".
-- {shard} and {replica} are macros of each server. For one server without ZooKeeper or Keeper see README.md.

CREATE DATABASE IF NOT EXISTS appleflow;

-- appleflow/buckets@1 (docs/history.md), with each row's delivery and its position in it. An empty device_id means none.
-- A delivery that arrives twice has the same rows under the same keys: one of each stays.
CREATE TABLE IF NOT EXISTS appleflow.buckets
(
    start DateTime,
    seconds UInt32,
    sensor String,
    party Nullable(String),
    device_id String,
    device_name Nullable(String),
    device_address Nullable(String),
    is_apple Nullable(UInt8),
    group_id Nullable(String),
    class String,
    products Array(String),
    families Array(String),
    candidates Array(String),
    label Nullable(String),
    reason Nullable(String),
    evidence Nullable(String),
    transport Nullable(String),
    ports Nullable(String),
    service Nullable(String),
    protocol Nullable(String),
    sent_bytes Int64,
    received_bytes Int64,
    sent_packets Int64,
    received_packets Int64,
    flows Int64,
    retold_bytes Int64,
    delivery UInt64,
    row UInt32
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/appleflow/buckets', '{replica}')
PARTITION BY (toYYYYMMDD(start, 'UTC'), seconds)
PRIMARY KEY (products, sensor, device_id, start)
ORDER BY (products, sensor, device_id, start, delivery, row)
SETTINGS replicated_deduplication_window = 10000;

-- The delivery that counts for each segment: the one with the highest version. 0: none, another segment has its rows.
-- Rows count as soon as their delivery is listed here, all at once.
CREATE TABLE IF NOT EXISTS appleflow.segments
(
    origin String,
    day Date,
    segment String,
    sensor String,
    start UInt32,
    end UInt32,
    delivery UInt64,
    rows UInt32,
    version UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/appleflow/segments', '{replica}', version)
PARTITION BY toYYYYMM(day)
ORDER BY (origin, day, segment);
