-- Retention on the server, for ClickHouse 20.8 and later (before: README.md, "Retention"). By the length of buckets, and
-- longer than sensors keep them (--keep): a sensor's rolled-up rows replace the finer ones, which may then be dropped.
ALTER TABLE appleflow.buckets MODIFY TTL
    start + toIntervalDay(multiIf(seconds < 3600, 30, seconds < 86400, 180, 3650));
ALTER TABLE appleflow.buckets MODIFY SETTING ttl_only_drop_parts = 1;
ALTER TABLE appleflow.segments MODIFY TTL day + toIntervalDay(3660);
