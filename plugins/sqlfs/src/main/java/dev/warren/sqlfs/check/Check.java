package dev.warren.sqlfs.check;

import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Xattrs;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for what no sequence of operations leaves behind, as fsck(8) does. It changes nothing, and
 * may run beside hosts at work: each question sees one moment.
 */
public final class Check {
  private static final int MOST_OF_A_KIND = 10;

  /**
   * What must not be.
   *
   * @param sql asks for cases, each in one number
   * @param problem what to say of one
   */
  private record Rule(String sql, String problem) {}

  private static final String CHUNKS =
      "(SELECT content, SUM(length(data)) AS bytes FROM sqlfs_chunk GROUP BY content)";

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "SELECT e.inode FROM sqlfs_entry e LEFT JOIN sqlfs_inode i ON i.id = e.inode"
                  + " WHERE i.id IS NULL",
              "a name stands for file %d, which is not there"),
          new Rule(
              "SELECT e.parent FROM sqlfs_entry e LEFT JOIN sqlfs_inode i ON i.id = e.parent"
                  + " WHERE i.id IS NULL OR i.type <> 16384",
              "there is a name in %d, which is no directory"),
          new Rule(
              "SELECT i.id FROM sqlfs_inode i WHERE i.type <> 16384 AND i.links <>"
                  + " (SELECT COUNT(*) FROM sqlfs_entry e WHERE e.inode = i.id)",
              "file %d has another number of names than it says"),
          new Rule(
              "SELECT i.id FROM sqlfs_inode i WHERE i.type = 16384 AND i.links <> 0 AND i.links <>"
                  + " (SELECT 2 + COUNT(*) FROM sqlfs_entry e JOIN sqlfs_inode c ON c.id = e.inode"
                  + " WHERE e.parent = i.id AND c.type = 16384)",
              "directory %d has another number of directories in it than it says"),
          new Rule(
              "SELECT i.id FROM sqlfs_inode i WHERE i.type = 16384 AND i.parent <> 0 AND NOT EXISTS"
                  + " (SELECT 1 FROM sqlfs_entry e WHERE e.inode = i.id AND e.parent = i.parent)",
              "directory %d is not in the one that it says"),
          new Rule(
              "SELECT i.id FROM sqlfs_inode i WHERE i.links = 0 AND NOT EXISTS"
                  + " (SELECT 1 FROM sqlfs_orphan o WHERE o.inode = i.id)",
              "file %d has no name, and nobody will remove it"),
          new Rule(
              "SELECT o.inode FROM sqlfs_orphan o LEFT JOIN sqlfs_inode i ON i.id = o.inode"
                  + " WHERE i.id IS NULL OR i.links <> 0",
              "file %d is to be removed, but has a name or is gone"),
          new Rule(
              "SELECT c.content FROM "
                  + CHUNKS
                  + " c WHERE NOT EXISTS (SELECT 1 FROM sqlfs_inode i WHERE i.content = c.content)"
                  + " AND NOT EXISTS (SELECT 1 FROM sqlfs_loose l WHERE l.content = c.content)",
              "content %d belongs to no file, and nobody will remove it"),
          new Rule(
              "SELECT i.id FROM sqlfs_inode i LEFT JOIN "
                  + CHUNKS
                  + " c ON c.content = i.content AND i.content <> 0"
                  + " WHERE i.stored <> COALESCE(c.bytes, 0)",
              "file %d stores another number of bytes than it says"),
          new Rule(
              "SELECT i.id FROM sqlfs_inode i JOIN sqlfs_chunk c ON c.content = i.content"
                  + " JOIN sqlfs_volume v ON v.one = 1"
                  + " WHERE c.number * v.chunk + length(c.data) > i.size"
                  + " OR length(c.data) > v.chunk",
              "file %d stores bytes past its end"),
          new Rule(
              "SELECT x.inode FROM sqlfs_xattr x LEFT JOIN sqlfs_inode i ON i.id = x.inode"
                  + " WHERE i.id IS NULL",
              "there is an attribute of file %d, which is not there"),
          new Rule(
              "SELECT v.files FROM sqlfs_volume v WHERE v.files <>"
                  + " (SELECT COUNT(*) FROM sqlfs_inode)",
              "there are not %d files, as counted"),
          new Rule(
              "SELECT v.bytes FROM sqlfs_volume v WHERE v.bytes <>"
                  + " (SELECT COUNT(*) * "
                  + InodeRow.CHARGE
                  + " + COALESCE(SUM(COALESCE(length(target), 0)), 0) FROM sqlfs_inode)"
                  + " + (SELECT COUNT(*) * "
                  + InodeRow.NAME_CHARGE
                  + " FROM sqlfs_entry)"
                  + " + (SELECT COALESCE(SUM(length(data)), 0) FROM sqlfs_chunk)"
                  + " + (SELECT COALESCE(SUM("
                  + Xattrs.CHARGE
                  + " + length(name) + length(value)), 0) FROM sqlfs_xattr)",
              "there are not %d bytes, as counted"));

  private Check() {}

  /** What is wrong, at most ten cases of a kind; empty if nothing is. */
  public static List<String> problems(Connection connection) throws SQLException {
    List<String> problems = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (Rule rule : RULES) {
        try (ResultSet rows = statement.executeQuery(rule.sql + " LIMIT " + MOST_OF_A_KIND)) {
          while (rows.next()) {
            problems.add(rule.problem.formatted(rows.getLong(1)));
          }
        }
      }
    }
    return problems;
  }
}
