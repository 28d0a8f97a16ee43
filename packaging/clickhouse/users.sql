-- Users with the rights that they need, for ClickHouse 20.4 and later. Change the passwords, and the hosts.

-- Sensors write and read nothing: a stolen password shows nobody's traffic.
CREATE USER IF NOT EXISTS appleflow_sensor IDENTIFIED WITH sha256_password BY 'change me' HOST LOCAL;
GRANT INSERT ON appleflow.buckets TO appleflow_sensor;
GRANT INSERT ON appleflow.segments TO appleflow_sensor;

-- Whoever asks writes nothing.
CREATE USER IF NOT EXISTS appleflow_reader IDENTIFIED WITH sha256_password BY 'change me' HOST LOCAL SETTINGS readonly = 1;
GRANT SELECT ON appleflow.buckets TO appleflow_reader;
GRANT SELECT ON appleflow.segments TO appleflow_reader;
