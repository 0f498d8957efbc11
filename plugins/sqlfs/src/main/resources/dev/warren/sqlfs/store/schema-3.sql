-- usable from version 1
CREATE INDEX sqlfs_orphan_order ON sqlfs_orphan (number);
