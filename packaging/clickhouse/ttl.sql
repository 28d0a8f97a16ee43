-- How long the server keeps what, for ClickHouse 20.8 and later (before: README.md, "What goes when"). By the length of buckets, and
-- longer than sensors keep them (--keep): what a sensor has rolled up takes the place of what it was made of, which may then go.
ALTER TABLE appleflow.buckets MODIFY TTL
    start + toIntervalDay(multiIf(seconds < 3600, 30, seconds < 86400, 180, 3650));
ALTER TABLE appleflow.buckets MODIFY SETTING ttl_only_drop_parts = 1;
ALTER TABLE appleflow.segments MODIFY TTL day + toIntervalDay(3660);
