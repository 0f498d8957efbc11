package dev.warren.sqlfs.check;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.content.UnattachedContents;
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
 * Repairs what {@link Check} finds, and removes what dead hosts have left. To the hosts that use
 * the file system, the repair is another host, which has no file open. Each case is repaired in a
 * transaction of its own, which first checks that the case still exists.
 */
public final class Repair {
  private static final String HOST = "repair";

  /** A repair ignores the size limit. Halved, so that adding a wrong total does not overflow. */
  private static final long UNLIMITED = Long.MAX_VALUE / 2;

  private final DataSource database;
  private final Dialect dialect;
  private final Store store;
  private final Settings settings;
  private final Consumer<String> words;

  /**
   * Settings of a repair.
   *
   * @param owner of the root directory, if it is missing and must be created
   * @param lease of the repair's session, and how long hosts have to renew an expired lease
   * @param ticks a monotonic clock in nanoseconds, with any origin
   * @param pause waits between two queries for expired leases
   */
  public record Settings(Owner owner, Duration lease, LongSupplier ticks, Pause pause) {}

  /** Waits for a short time. */
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
   * Repairs all damage that can be repaired.
   *
   * @param words receives a line for each case
   * @return whether no damage is left
   * @throws FsException EBUSY if another repair is in progress
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

  /** Records that this host has seen all orphans, present and future: it never holds one. */
  private static void holdNothing(Transaction transaction) throws SQLException {
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_session SET seen = ? WHERE id = ?",
            Long.MAX_VALUE,
            transaction.session());
  }

  /** Refuses to run beside another repair: both would correct the same totals. */
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

  /** Repeats passes while they repair something, because a repair can reveal further damage. */
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

  /** One pass over all rules. */
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

    /** Removes what dead hosts have left, and all that waits to be removed. */
    void clean() throws FsException, InterruptedException {
      awaitExpired();
      for (List<Long> gone = removeOrphans(); !gone.isEmpty(); gone = removeOrphans()) {
        gone.forEach(file -> words.accept("file %d has no name: removed".formatted(file)));
      }
      boolean more;
      do {
        more = store.write(UnattachedContents::sweep);
      } while (more);
    }

    private List<Long> removeOrphans() throws FsException {
      return store.write(Orphans::removeUnheld);
    }

    /**
     * Waits until no expired session is left. The renewals of this session remove them, as those of
     * any host do.
     */
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
