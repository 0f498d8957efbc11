package dev.warren.gptfs;

import dev.warren.api.FileSystem;
import dev.warren.api.PluginContext;
import dev.warren.api.Reason;
import dev.warren.gptfs.store.DatabaseDamage;
import java.io.IOException;

/** Opens an instance whose database may turn out to be damaged while it is read. */
final class DamagedDatabase {
  private DamagedDatabase() {}

  /** Opens an instance. */
  @FunctionalInterface
  interface Opening {
    /** Opens its database and the instance. */
    FileSystem open() throws IOException;
  }

  /**
   * Opens an instance, once more if its database is damaged: the host puts a damaged file aside
   * when it is opened again.
   */
  static FileSystem replaced(Opening opening, PluginContext context) throws IOException {
    try {
      return opening.open();
    } catch (IOException e) {
      if (!DatabaseDamage.isCauseOf(e)) {
        throw e;
      }
      context
          .logger()
          .log(System.Logger.Level.ERROR, "{0}; opening again with a new database", Reason.of(e));
      context.unable(null); // the old database's writer may have said that it cannot write
      return opening.open();
    }
  }
}
