package dev.warren.sqlfs.session;

import dev.warren.sqlfs.content.UnattachedContents;
import dev.warren.sqlfs.store.Statements;
import java.sql.SQLException;
import java.util.Objects;

/**
 * Whether anything is to be deleted, found by one query: an idle host asks this each time it renews
 * its lease.
 *
 * @param seenByOthers see {@link Orphans#seenByOthers}
 */
record Remains(long seenByOthers, boolean hasOrphans, boolean hasContents) {
  static Remains of(Statements sql, long session) throws SQLException {
    return Objects.requireNonNull(
        sql.first(
            "SELECT (SELECT COALESCE(MIN(seen), ?) FROM sqlfs_session WHERE id <> ?),"
                + " EXISTS (SELECT 1 FROM sqlfs_orphan), EXISTS ("
                + UnattachedContents.ANY
                + ")",
            row -> new Remains(row.getLong(1), row.getBoolean(2), row.getBoolean(3)),
            Orphans.NO_OTHERS,
            session,
            UnattachedContents.NOBODY));
  }

  boolean isAny() {
    return hasOrphans || hasContents;
  }
}
