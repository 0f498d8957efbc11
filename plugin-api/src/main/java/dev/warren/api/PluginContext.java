package dev.warren.api;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the host gives to one instance of a plugin. Thread-safe. */
public interface PluginContext {
  /**
   * Where the instance is mounted. An inner instance has the path of the instance that opened it.
   */
  VfsPath mountPath();

  /** The instance's logger. */
  System.Logger logger();

  /**
   * A directory of the host's for this instance alone, kept over restarts. It is created, with mode
   * 0700, at the first call.
   *
   * @throws IOException if it cannot be created
   */
  Path stateDirectory() throws IOException;

  /** Where the instance counts. */
  Metrics metrics();

  /**
   * The instance's account in the host's memory budget, shared with what it opens inside. It
   * charges whole contents and the like before it reads them; what it keeps for as long as it is
   * mounted, by a limit of its own, need not be charged. The host closes it after the instance.
   */
  MemoryBudget.Account memory();

  /**
   * The host's budget of file descriptors, from which the instance takes those of files that
   * callers open. By default nobody counts.
   */
  default DescriptorBudget descriptors() {
    return DescriptorBudget.unlimited();
  }

  /**
   * Says that the instance accepts nothing any more, and why; null says that it does again. The
   * host warns of it in the log, shows it beside the mount, and is not ready meanwhile ({@code
   * /readyz}); the mount goes on answering as it does. Cheap, and may be called from any thread. By
   * default nobody hears of it.
   *
   * @param reason one line, without secrets
   */
  default void unable(@Nullable String reason) {}

  /**
   * Makes the calls of this instance that may wait in the operating system. Instances that are
   * opened {@linkplain #inner inside} share its threads; their calls are not ended when a client
   * gives up, since who opened them knows nothing of that.
   */
  BlockingCalls blockingCalls();

  /**
   * What the host grants this instance beyond the contract: {@code dev.warren.admin.HostControl},
   * its administration, to the plugins that {@code server.admin_plugins} names.
   *
   * @return empty where it is not granted, as by default
   */
  default <T> Optional<T> granted(Class<T> type) {
    return Optional.empty();
  }

  /**
   * A database for this instance. The host has the drivers, keeps one pool of connections for each
   * URL, whoever asks for it, and closes what the instance has of it after the instance.
   *
   * <p>Transactions of an embedded database take its one place for a writer when they begin, and
   * wait for it; those of a server see what others commit meanwhile (read committed), so that rows
   * are locked which are read to be written. What was committed survives a power cut. A file and
   * what belongs to it is made readable to the host's user alone.
   *
   * <p>If a server does not answer when the instance is opened, let the exception through: the host
   * opens the instance again when it does.
   *
   * @param settings what the configuration says ({@link dev.warren.api.config.ConfigKey#database}),
   *     or a file of the instance's own
   * @throws IOException if the database cannot be used; the message says what to do about it
   */
  default Database database(DatabaseSettings settings) throws IOException {
    throw new IOException("this host has no databases");
  }

  /**
   * Opens an instance of another plugin (or the same one) for this instance's own use. It is
   * visible nowhere else, and this instance closes it.
   *
   * @param plugin the plugin's name
   * @param config its configuration, as it would stand in YAML: strings, numbers, booleans, lists,
   *     maps
   * @throws IOException if there is no such plugin, the configuration is wrong (all problems are in
   *     the message), or it cannot be opened
   */
  FileSystem inner(String plugin, Map<String, ?> config) throws IOException;
}
