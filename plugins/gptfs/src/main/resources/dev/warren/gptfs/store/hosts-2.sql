-- The lines of batches that run, which hosts claim one by one. A row is there as long as its batch's revision may have results;
-- what has come for it is a part of the job. No older program may go on beside this: it would ask for lines that are claimed.
CREATE SEQUENCE gptfs_fences CACHE 64;
CREATE TABLE gptfs_lines (
  job VARCHAR(26) NOT NULL REFERENCES gptfs_jobs (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  start INTEGER NOT NULL,
  length INTEGER NOT NULL,
  fence BIGINT NOT NULL,
  lease_owner VARCHAR(64),
  lost SMALLINT NOT NULL DEFAULT 0,
  unclear SMALLINT NOT NULL DEFAULT 0,
  result SMALLINT,
  prompt_tokens BIGINT NOT NULL DEFAULT 0,
  completion_tokens BIGINT NOT NULL DEFAULT 0,
  total_tokens BIGINT NOT NULL DEFAULT 0,
  cached_tokens BIGINT NOT NULL DEFAULT 0,
  reasoning_tokens BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (job, line)
);
CREATE INDEX gptfs_lines_free ON gptfs_lines (job, line) WHERE lease_owner IS NULL AND result IS NULL;
CREATE INDEX gptfs_lines_owned ON gptfs_lines (lease_owner) WHERE lease_owner IS NOT NULL;

-- One row for each call that runs or is the next to, where their number is limited: those with the lowest numbers run.
CREATE TABLE gptfs_calls (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host VARCHAR(64) NOT NULL REFERENCES gptfs_hosts (id) ON DELETE CASCADE
);
CREATE INDEX gptfs_calls_host ON gptfs_calls (host);

-- How often the gate was opened by `resume`. What a host has learnt of the endpoint is stored only if the host knows this number:
-- otherwise a call has shown it that began before the last `resume`.
ALTER TABLE gptfs_gates ADD COLUMN resumes BIGINT NOT NULL DEFAULT 0;
