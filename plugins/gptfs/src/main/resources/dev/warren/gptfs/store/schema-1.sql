-- One row for each file in the inbox that has, or had, a job. The description contains the whole job; the other columns
-- exist so that rows can be found by them.
CREATE TABLE gptfs_jobs (
  id VARCHAR(26) NOT NULL PRIMARY KEY,
  source VARCHAR(4096) NOT NULL,
  base VARCHAR(4096),
  state VARCHAR(16) NOT NULL,
  ended SMALLINT NOT NULL,
  told SMALLINT NOT NULL,
  finished_at BIGINT,
  seen SMALLINT NOT NULL,
  answer_bytes BIGINT NOT NULL,
  attempt INTEGER NOT NULL,
  fence BIGINT NOT NULL,
  lease_owner VARCHAR(64),
  lease_until BIGINT,
  changed_at BIGINT NOT NULL,
  description BYTEA NOT NULL,
  checksum BIGINT NOT NULL
);
CREATE INDEX gptfs_jobs_source ON gptfs_jobs (source);
CREATE INDEX gptfs_jobs_base ON gptfs_jobs (base) WHERE base IS NOT NULL;
CREATE INDEX gptfs_jobs_open ON gptfs_jobs (id) WHERE ended = 0;
CREATE INDEX gptfs_jobs_untold ON gptfs_jobs (id) WHERE told = 0;
CREATE INDEX gptfs_jobs_ended ON gptfs_jobs (state) WHERE ended = 1;

-- The large parts of a job, in pieces of 64 KiB: the request, the answer, the results of a batch's lines.
CREATE TABLE gptfs_parts (
  job VARCHAR(26) NOT NULL REFERENCES gptfs_jobs (id) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  piece INTEGER NOT NULL,
  content BYTEA NOT NULL,
  checksum BIGINT NOT NULL,
  PRIMARY KEY (job, part, piece)
);

-- Files that are being written. After a restart, such a file may be incomplete, and is not sent.
CREATE TABLE gptfs_unfinished (
  path VARCHAR(4096) NOT NULL PRIMARY KEY
);
