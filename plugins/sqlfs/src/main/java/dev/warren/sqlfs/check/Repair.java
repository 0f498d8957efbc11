package dev.warren.sqlfs.check;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.content.Loose;
import dev.warren.sqlfs.names.Owner;
import dev.warren.sqlfs.session.Orphans;
import dev.warren.sqlfs.session.Sessions;
import dev.warren.sqlfs.store.Store;
import dev.warren.sqlfs.store.Transaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Repairs what {@link Check} finds, and removes what is left of hosts that are gone. To the hosts
 * at work it is one more host, which has nothing open: each repair is a transaction of its own,
 * that looks whether the case is still there.
 */
public final class Repair {
  private static final String HOST = "repair";

  /** Space is no reason not to repair; halved, so that a sum with a wrong total is a number. */
  private static final long UNLIMITED = Long.MAX_VALUE / 2;

  private final DataSource database;
  private final Dialect dialect;
  private final Store store;
  private final Settings settings;
  private final Consumer<String> words;

  /**
   * How it is done.
   *
   * @param owner to whom a root belongs that is missing
   * @param lease how long a host whose lease has run out may take to come back
   * @param ticks nanoseconds, from anywhere
   * @param pause waits a moment for other hosts
   */
  public record Settings(Owner owner, Duration lease, LongSupplier ticks, Pause pause) {}

  /** Waits a moment. */
  @FunctionalInterface
  public interface Pause {
    /** Waits. */
    void await() throws InterruptedException;
  }

  private Repair(
      DataSource database,
      Dialect dialect,
      Store store,
      Settings settings,
      Consumer<String> words) {
    this.database = database;
    this.dialect = dialect;
    this.store = store;
    this.settings = settings;
    this.words = words;
  }

  /**
   * Repairs all that can be.
   *
   * @param words get a line for each case
   * @return whether nothing is wrong any more
   */
  public static boolean run(
      DataSource database, Settings settings, System.Logger log, Consumer<String> words)
      throws IOException, SQLException, InterruptedException {
    Dialect dialect = Store.prepare(database);
    Sessions sessions =
        new Sessions(
            dialect,
            HOST,
            settings.lease(),
            InstantSource.system(),
            settings.ticks(),
            Repair::holdNothing,
            log);
    Store store = new Store(database, dialect, UNLIMITED, sessions, _ -> {}, log);
    try {
      store.write(transaction -> requireAlone(transaction, dialect));
      return new Repair(database, dialect, store, settings, words).all();
    } finally {
      store.close(sessions::leave);
    }
  }

  /** No file without a name waits for this host to say that it has it open. */
  private static void holdNothing(Transaction transaction) throws SQLException {
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_session SET seen = ? WHERE id = ?",
            Long.MAX_VALUE,
            transaction.session());
  }

  /** Two would both correct the same total. */
  private static @Nullable Void requireAlone(Transaction transaction, Dialect dialect)
      throws SQLException, FsException {
    if (transaction
        .sql()
        .exists(
            "SELECT 1 FROM sqlfs_session WHERE host = ? AND id <> ? AND expires > " + dialect.now(),
            HOST,
            transaction.session())) {
      throw new FsException(
          Errno.EBUSY, "the file system is being repaired already, or was until a minute ago");
    }
    return null;
  }

  /** One repair can bring up the next: it goes on while there is anything that it can do. */
  private boolean all() throws SQLException, FsException, InterruptedException {
    while (true) {
      Pass pass = new Pass();
      pass.run(Rules.damage(dialect, settings.owner()));
      pass.clean();
      pass.run(Rules.totals());
      if (pass.found == 0) {
        return true;
      }
      if (pass.repaired == 0) {
        return Check.run(database, line -> words.accept(line + ": not repaired")) == 0;
      }
    }
  }

  /** One look at everything. */
  private final class Pass {
    private long found;
    private long repaired;

    void run(List<Rule<?>> rules) throws SQLException, FsException, InterruptedException {
      for (Rule<?> rule : rules) {
        try (Connection connection = database.getConnection()) {
          run(new Scan(connection, dialect), rule);
        }
      }
    }

    private <T> void run(Scan scan, Rule<T> rule) throws SQLException, InterruptedException {
      scan.run(
          rule,
          one -> {
            found++;
            String line = rule.words().apply(one);
            try {
              if (store.write(transaction -> rule.fix().in(transaction, one))) {
                repaired++;
                words.accept(line + ": repaired");
              }
            } catch (FsException e) {
              words.accept("%s: not repaired: %s".formatted(line, e.reason()));
            }
          });
    }

    /** Removes what is left of hosts that are gone, and what waits to be removed. */
    void clean() throws FsException, InterruptedException {
      awaitExpired();
      for (List<Long> gone = removeOrphans(); !gone.isEmpty(); gone = removeOrphans()) {
        gone.forEach(file -> words.accept("file %d has no name: removed".formatted(file)));
      }
      boolean more;
      do {
        more = store.write(Loose::sweep);
      } while (more);
    }

    private List<Long> removeOrphans() throws FsException {
      return store.write(Orphans::removeUnheld);
    }

    /** The session of this host removes them, as that of any host, after the same time. */
    private void awaitExpired() throws FsException, InterruptedException {
      List<String> waitedFor = List.of();
      List<String> expired = expired();
      while (!expired.isEmpty()) {
        for (String one : expired) {
          if (!waitedFor.contains(one)) {
            words.accept("%s: waiting for it, or its removal".formatted(one));
          }
        }
        waitedFor = expired;
        settings.pause().await();
        expired = expired();
      }
    }

    private List<String> expired() throws FsException {
      return store.read(sql -> sql.all(Rules.expired(dialect), Rules::expiredSession));
    }
  }
}
