package dev.warren.sqlfs.check;

import dev.warren.api.FsException;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * One kind of damage.
 *
 * @param sql the query for the cases; one statement, which sees a consistent snapshot
 * @param row converts a row to a case
 * @param words returns a message that describes a case
 * @param fix repairs a case
 */
record Rule<T>(String sql, Statements.Row<T> row, Function<T, String> words, Fix<T> fix) {
  /** A rule that only reports: {@link Repair} removes its cases in another way, all at once. */
  static <T> Rule<T> toBeSaid(String sql, Statements.Row<T> row, Function<T, String> words) {
    return new Rule<>(sql, row, words, (_, _) -> false);
  }

  /** Repairs a case. */
  @FunctionalInterface
  interface Fix<T> {
    /**
     * Repairs the case, if it still exists.
     *
     * @return whether anything was changed
     */
    boolean in(Transaction transaction, T found) throws SQLException, FsException;
  }
}
