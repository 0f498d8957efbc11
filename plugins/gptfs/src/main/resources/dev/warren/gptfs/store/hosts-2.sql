-- The lines of running batches, which hosts claim one by one. A row exists for as long as its batch's revision may get results,
-- which are stored as parts of the job. Older programs cannot use this version: they would send lines that others have claimed.
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

-- If the number of calls is limited (max_calls): one row for each call that is in flight or waits. Those with the lowest
-- numbers are in flight.
CREATE TABLE gptfs_calls (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host VARCHAR(64) NOT NULL REFERENCES gptfs_hosts (id) ON DELETE CASCADE
);
CREATE INDEX gptfs_calls_host ON gptfs_calls (host);

-- How often the gate was opened by `resume`. A host includes the number that it knows when it stores the result of a call. If
-- the number has changed since, the call began before the last `resume`, and its result is ignored.
ALTER TABLE gptfs_gates ADD COLUMN resumes BIGINT NOT NULL DEFAULT 0;
