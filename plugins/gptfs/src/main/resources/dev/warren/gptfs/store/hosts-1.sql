-- Additions for hosts that share the jobs (PostgreSQL). lease_owner is the host that owns a job, for as long as the host's
-- own lease lasts.
ALTER TABLE gptfs_jobs ALTER COLUMN source TYPE VARCHAR(4096) COLLATE "C";
ALTER TABLE gptfs_jobs ALTER COLUMN base TYPE VARCHAR(4096) COLLATE "C";
ALTER TABLE gptfs_jobs ADD COLUMN lane VARCHAR(32) COLLATE "C";
UPDATE gptfs_jobs SET lane = '0';
ALTER TABLE gptfs_unfinished ALTER COLUMN path TYPE VARCHAR(4096) COLLATE "C";

-- One row for each host that is writing a file. The host is empty if that host has died since.
ALTER TABLE gptfs_unfinished ADD COLUMN host VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE gptfs_unfinished DROP CONSTRAINT gptfs_unfinished_pkey;
ALTER TABLE gptfs_unfinished ADD PRIMARY KEY (path, host);

-- If two hosts create a job for the same file, or for the same name in the outbox, one of them fails, and reads the row of
-- the other.
CREATE UNIQUE INDEX gptfs_jobs_one_source ON gptfs_jobs (md5(source));
CREATE UNIQUE INDEX gptfs_jobs_one_base ON gptfs_jobs (md5(base)) WHERE base IS NOT NULL;

-- The jobs that any host may claim: one of each lane in turn, the oldest of a lane first.
CREATE INDEX gptfs_jobs_free ON gptfs_jobs (lane, id) WHERE lease_owner IS NULL AND state <> 'HELD' AND (ended = 0 OR told = 0);
CREATE INDEX gptfs_jobs_owned ON gptfs_jobs (lease_owner) WHERE lease_owner IS NOT NULL;

-- One row for each host that is considered alive. Times are in milliseconds since 1970, by the database's clock.
CREATE TABLE gptfs_hosts (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(256) NOT NULL,
  version VARCHAR(64) NOT NULL,
  since BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  running BIGINT NOT NULL
);

-- One row for each endpoint: no host calls it before closed_until, in milliseconds since 1970 by the database's clock. If it
-- is held, `held` is the reason. `outages` counts its failures in succession. `prober` is the host that tries it for all hosts.
CREATE TABLE gptfs_gates (
  endpoint VARCHAR(256) NOT NULL PRIMARY KEY,
  closed_until BIGINT NOT NULL,
  held VARCHAR(4096),
  outages BIGINT NOT NULL,
  prober VARCHAR(64)
);

-- Settings that apply to all hosts, such as a pause.
CREATE TABLE gptfs_settings (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  value VARCHAR(4096) NOT NULL
);
