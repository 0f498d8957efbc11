package dev.warren.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import dev.warren.api.Reason;
import dev.warren.api.database.Dialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file beside a database's file: a statement has found damage, so the database is completely
 * checked when it is opened next, whatever its size. The pool passes every failure of a statement
 * to it. Thread-safe.
 */
final class DamageMark implements SQLExceptionOverride {
  private static final Logger log = LoggerFactory.getLogger(DamageMark.class);

  private final Path database;
  private final Path mark;
  private boolean met;

  /** The mark of a database's file. */
  DamageMark(Path database) {
    this.database = database;
    this.mark = Path.of(database + ".check");
  }

  /** Whether this use of the file, or an earlier one, has found damage. */
  synchronized boolean isSet() {
    return met || Files.exists(mark);
  }

  /** Whether this use of the file has found damage. */
  synchronized boolean isMet() {
    return met;
  }

  /** Removes the mark: the file has been checked, or is new. */
  synchronized void clear() throws IOException {
    Files.deleteIfExists(mark);
    met = false;
  }

  /**
   * Sets the mark if a statement has failed because of damage; does not decide whether the
   * connection is closed.
   */
  @java.lang.Override // the interface has an enum of the same name
  public Override adjudicate(SQLException failure) {
    if (Dialect.SQLITE.isDamaged(failure)) {
      set(failure);
    }
    return Override.CONTINUE_EVICT;
  }

  private synchronized void set(SQLException failure) {
    if (met) {
      return;
    }
    met = true;
    log.error(
        "the database {} is damaged ({}); it is completely checked when it is opened next",
        database,
        Reason.of(failure));
    try {
      Files.write(mark, new byte[0], StandardOpenOption.CREATE);
    } catch (IOException e) {
      log.error("{} cannot be written: {}", mark, Reason.of(e));
    }
  }
}
