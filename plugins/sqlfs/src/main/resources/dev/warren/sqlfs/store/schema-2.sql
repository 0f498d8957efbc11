-- usable from version 1
ALTER TABLE sqlfs_session ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
