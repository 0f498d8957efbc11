package dev.warren.sqlfs.check;

import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.names.Owner;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Checks a file system for damage, as fsck(8) does. It changes nothing, and may run while hosts use
 * the file system: each query sees a consistent snapshot.
 */
public final class Check {
  private static final Owner NOBODY = new Owner(0, 0);

  private Check() {}

  /** Messages about damage, which no sequence of operations causes; empty if there is none. */
  public static List<String> problems(Connection connection)
      throws SQLException, InterruptedException {
    List<String> problems = new ArrayList<>();
    Dialect dialect = Dialect.of(connection);
    run(connection, dialect, Rules.damage(dialect, NOBODY), problems::add);
    run(connection, dialect, Rules.totals(), problems::add);
    return problems;
  }

  /**
   * Reports all damage, and what dead hosts have left.
   *
   * @param words receives a line for each case
   * @return the number of cases
   */
  public static long run(DataSource database, Consumer<String> words)
      throws SQLException, InterruptedException {
    try (Connection connection = database.getConnection()) {
      Dialect dialect = Dialect.of(connection);
      return run(connection, dialect, Rules.damage(dialect, NOBODY), words)
          + run(connection, dialect, Rules.totals(), words)
          + run(connection, dialect, Rules.leftovers(dialect), words);
    }
  }

  private static long run(
      Connection connection, Dialect dialect, List<Rule<?>> rules, Consumer<String> words)
      throws SQLException, InterruptedException {
    long count = 0;
    for (Rule<?> rule : rules) {
      count += run(new Scan(connection, dialect), rule, words);
    }
    return count;
  }

  private static <T> long run(Scan scan, Rule<T> rule, Consumer<String> words)
      throws SQLException, InterruptedException {
    long[] count = {0};
    scan.run(
        rule,
        found -> {
          count[0]++;
          words.accept(rule.words().apply(found));
        });
    return count[0];
  }
}
