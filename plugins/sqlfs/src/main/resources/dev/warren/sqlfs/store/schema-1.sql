CREATE TABLE sqlfs_volume (
  one INTEGER NOT NULL PRIMARY KEY,
  chunk INTEGER NOT NULL,
  last_id BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  files BIGINT NOT NULL,
  turns BIGINT NOT NULL
);
CREATE TABLE sqlfs_inode (
  id BIGINT NOT NULL PRIMARY KEY,
  type INTEGER NOT NULL,
  permissions INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  gid INTEGER NOT NULL,
  links INTEGER NOT NULL,
  size BIGINT NOT NULL,
  stored BIGINT NOT NULL,
  content BIGINT NOT NULL,
  accessed BIGINT NOT NULL,
  modified BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  born BIGINT NOT NULL,
  version BIGINT NOT NULL,
  parent BIGINT NOT NULL,
  target ${bytes}
);
CREATE TABLE sqlfs_entry (
  parent BIGINT NOT NULL,
  name ${bytes} NOT NULL,
  cookie BIGINT NOT NULL,
  inode BIGINT NOT NULL,
  PRIMARY KEY (parent, name)
);
CREATE UNIQUE INDEX sqlfs_entry_order ON sqlfs_entry (parent, cookie);
CREATE TABLE sqlfs_chunk (
  content BIGINT NOT NULL,
  number BIGINT NOT NULL,
  data ${bytes} NOT NULL,
  PRIMARY KEY (content, number)
);
CREATE TABLE sqlfs_xattr (
  inode BIGINT NOT NULL,
  name ${bytes} NOT NULL,
  value ${bytes} NOT NULL,
  PRIMARY KEY (inode, name)
);
CREATE TABLE sqlfs_session (
  id BIGINT NOT NULL PRIMARY KEY,
  host VARCHAR(200) NOT NULL,
  expires BIGINT NOT NULL,
  seen BIGINT NOT NULL
);
CREATE TABLE sqlfs_orphan (
  inode BIGINT NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL
);
CREATE TABLE sqlfs_hold (
  inode BIGINT NOT NULL,
  session BIGINT NOT NULL,
  PRIMARY KEY (inode, session)
);
CREATE TABLE sqlfs_loose (
  content BIGINT NOT NULL PRIMARY KEY,
  session BIGINT NOT NULL
);
