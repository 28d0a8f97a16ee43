-- Users with minimal rights, for ClickHouse 20.4 and later. Change the passwords, and the hosts.

-- Sensors insert and cannot read: a stolen password reveals no traffic.
CREATE USER IF NOT EXISTS appleflow_sensor IDENTIFIED WITH sha256_password BY 'change me' HOST LOCAL;
GRANT INSERT ON appleflow.buckets TO appleflow_sensor;
GRANT INSERT ON appleflow.segments TO appleflow_sensor;

-- Readers cannot write.
CREATE USER IF NOT EXISTS appleflow_reader IDENTIFIED WITH sha256_password BY 'change me' HOST LOCAL SETTINGS readonly = 1;
GRANT SELECT ON appleflow.buckets TO appleflow_reader;
GRANT SELECT ON appleflow.segments TO appleflow_reader;
