package dev.warren.sqlfs.check;

import dev.warren.api.FsException;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * One kind of damage.
 *
 * @param sql finds the cases in one statement, which sees one moment
 * @param row makes a case of a row
 * @param words says what is wrong
 * @param fix repairs a case
 */
record Rule<T>(String sql, Statements.Row<T> row, Function<T, String> words, Fix<T> fix) {
  /** A rule whose cases the repair sees to in another way, all at once. */
  static <T> Rule<T> toBeSaid(String sql, Statements.Row<T> row, Function<T, String> words) {
    return new Rule<>(sql, row, words, (_, _) -> false);
  }

  /** Repairs a case. */
  @FunctionalInterface
  interface Fix<T> {
    /**
     * Looks whether the case is still there, and repairs it.
     *
     * @return whether anything was changed
     */
    boolean in(Transaction transaction, T found) throws SQLException, FsException;
  }
}
