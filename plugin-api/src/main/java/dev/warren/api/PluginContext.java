package dev.warren.api;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The services of the host for one instance of a plugin. Thread-safe. */
public interface PluginContext {
  /**
   * The mount path of the instance. An inner instance has the path of the instance that opened it.
   */
  VfsPath mountPath();

  /** The instance's logger. */
  System.Logger logger();

  /**
   * Returns a directory of the host for this instance alone, which is kept over restarts. The first
   * call creates it, with mode 0700.
   *
   * @throws IOException if it cannot be created
   */
  Path stateDirectory() throws IOException;

  /** The instance's metrics. */
  Metrics metrics();

  /**
   * The instance's account in the host's memory budget, shared with its inner instances. The
   * instance charges complete file contents and similar data before it reads them. Memory that it
   * needs as long as it is mounted, and limits itself, need not be charged. The host closes the
   * account after the instance.
   */
  MemoryBudget.Account memory();

  /**
   * The host's budget of file descriptors, which the instance charges for files that callers open.
   * The default is unlimited.
   */
  default DescriptorBudget descriptors() {
    return DescriptorBudget.unlimited();
  }

  /**
   * Reports that the instance currently accepts no new work, and why; null reports that it accepts
   * work again. The host logs a warning, shows the reason with the mount, and reports itself as not
   * ready meanwhile ({@code /readyz}); requests still reach the instance as before. Cheap; may be
   * called from any thread. The default ignores the report.
   *
   * @param reason one line, without secrets
   */
  default void unable(@Nullable String reason) {}

  /**
   * Runs the calls of this instance that may block in the operating system. {@linkplain #inner
   * Inner} instances share its threads; their calls do not end when a client gives up, because the
   * outer instance does not expect that.
   */
  BlockingCalls blockingCalls();

  /**
   * Returns an object that the host grants this instance beyond the contract: {@code
   * dev.warren.admin.HostControl}, the host's administration, for the plugins that {@code
   * server.admin_plugins} names.
   *
   * @return empty, as by default, if it is not granted
   */
  default <T> Optional<T> granted(Class<T> type) {
    return Optional.empty();
  }

  /**
   * Returns a database for this instance. The host provides the drivers and one pool of connections
   * for each URL, shared by all instances that use that URL. It closes the instance's connections
   * after it has closed the instance.
   *
   * <p>A transaction on an embedded database waits until it can lock the database for writing when
   * it begins. A transaction on a server sees what others commit meanwhile (read committed), so
   * lock the rows that you read in order to write them. Committed transactions survive a power
   * failure. An embedded database's files can be read only by the host's user.
   *
   * <p>If a server does not respond while the instance is opened, let the exception through: the
   * host opens the instance again when the server responds.
   *
   * @param settings the value of a configuration key ({@link
   *     dev.warren.api.config.ConfigKey#database}), or a file that the instance chose
   * @throws IOException if the database cannot be used; the message says what to do about it
   */
  default Database database(DatabaseSettings settings) throws IOException {
    throw new IOException("this host has no databases");
  }

  /**
   * Opens an instance of another plugin (or of the same one) for this instance's own use. It is not
   * mounted, and this instance closes it.
   *
   * @param plugin the plugin's name
   * @param config its configuration, as it would be written in YAML: strings, numbers, booleans,
   *     lists, maps
   * @throws IOException if there is no such plugin, the configuration is wrong (the message
   *     contains all problems), or it cannot be opened
   */
  FileSystem inner(String plugin, Map<String, ?> config) throws IOException;
}
