-- What only hosts that share the jobs need (PostgreSQL). The rows of a job name its owner in lease_owner; a lease is that of
-- its host.
ALTER TABLE gptfs_jobs ALTER COLUMN source TYPE VARCHAR(4096) COLLATE "C";
ALTER TABLE gptfs_jobs ALTER COLUMN base TYPE VARCHAR(4096) COLLATE "C";
ALTER TABLE gptfs_jobs ADD COLUMN lane VARCHAR(32) COLLATE "C";
UPDATE gptfs_jobs SET lane = '0';
ALTER TABLE gptfs_unfinished ALTER COLUMN path TYPE VARCHAR(4096) COLLATE "C";

-- A row for each host that writes a file; the host is empty if it has died meanwhile.
ALTER TABLE gptfs_unfinished ADD COLUMN host VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE gptfs_unfinished DROP CONSTRAINT gptfs_unfinished_pkey;
ALTER TABLE gptfs_unfinished ADD PRIMARY KEY (path, host);

-- Two hosts that make a job for the same file, or the same name in the outbox, at once: one of them fails and looks again.
CREATE UNIQUE INDEX gptfs_jobs_one_source ON gptfs_jobs (md5(source));
CREATE UNIQUE INDEX gptfs_jobs_one_base ON gptfs_jobs (md5(base)) WHERE base IS NOT NULL;

-- The jobs that any host may go on with: in turn by lane, the oldest of a lane first.
CREATE INDEX gptfs_jobs_free ON gptfs_jobs (lane, id) WHERE lease_owner IS NULL AND state <> 'HELD' AND (ended = 0 OR told = 0);
CREATE INDEX gptfs_jobs_owned ON gptfs_jobs (lease_owner) WHERE lease_owner IS NOT NULL;

-- One row for each host that is believed to be alive; times in milliseconds since 1970 by the database's clock.
CREATE TABLE gptfs_hosts (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(256) NOT NULL,
  version VARCHAR(64) NOT NULL,
  since BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  running BIGINT NOT NULL
);

-- Until when no host calls an endpoint, in milliseconds since 1970 by the database's clock; why, if it is held, how often in a
-- row it could not serve, and the host that tries it for all, for as long as that is believed to be alive.
CREATE TABLE gptfs_gates (
  endpoint VARCHAR(256) NOT NULL PRIMARY KEY,
  closed_until BIGINT NOT NULL,
  held VARCHAR(4096),
  outages BIGINT NOT NULL,
  prober VARCHAR(64)
);

-- What holds for all hosts, such as that no calls are started.
CREATE TABLE gptfs_settings (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  value VARCHAR(4096) NOT NULL
);
