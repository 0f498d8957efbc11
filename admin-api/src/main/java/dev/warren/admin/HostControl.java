package dev.warren.admin;

import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.VfsPath;
import dev.warren.api.config.ConfigSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The running host. Thread-safe. What it tells is cheap to ask for and never holds a secret; its
 * orders wait until they are carried out.
 */
public interface HostControl {
  /** The host's version. */
  String version();

  /** How long it has been running. */
  Duration uptime();

  /** What is mounted, in the order of the paths. */
  List<Mount> mounts();

  /** The plugins that are loaded, by name. */
  List<LoadedPlugin> plugins();

  /** Who is connected, over all front ends. */
  List<Session> sessions();

  /** The memory budget. */
  MemoryBudget memory();

  /** All metrics in Prometheus's text format. */
  String metrics();

  /** The end of the log. */
  LogTail log();

  /**
   * Mounts an instance of a plugin until the host ends; the configuration file stays as it is.
   *
   * @param config values as text
   * @throws FsException ENODEV if there is no such plugin, EINVAL with all problems of the
   *     configuration, EBUSY if something is mounted there, EIO if it cannot be opened or the host
   *     ends
   */
  void mount(String plugin, VfsPath path, Map<String, String> config) throws FsException;

  /**
   * Unmounts: drains requests in flight, aborts what is open, closes the instance.
   *
   * @throws FsException EINVAL if nothing is mounted there, EBUSY for the mount that asks
   */
  void unmount(VfsPath path) throws FsException;

  /**
   * Reads the configuration file again and mounts, unmounts and re-mounts what changed.
   *
   * @param force whether it may unmount more than half of what the file has mounted, and what has
   *     content that only memory holds
   * @throws FsException EINVAL with all problems of the file, or what would be lost; nothing has
   *     changed then; EIO with what could not be changed as the file wants it, if the rest was
   */
  void reload(boolean force) throws FsException;

  /**
   * Ends a session.
   *
   * @throws FsException ESRCH if there is none of this id
   */
  void disconnect(String sessionId) throws FsException;

  /**
   * Sets how much is logged.
   *
   * @param level {@code trace}, {@code debug}, {@code info}, {@code warn} or {@code error}
   * @throws FsException EINVAL for another word
   */
  void setLogLevel(String level) throws FsException;

  /**
   * One mount.
   *
   * @param path where
   * @param plugin the plugin's name
   * @param name the instance's name; the plugin's where it has none of its own
   * @param settings its configuration as text, by key, with nothing in it that must not be seen
   * @param state {@code up}, {@code failed}, {@code draining}, or {@code unable}: it answers, but
   *     accepts nothing any more
   * @param error why it failed or is unable; null if it is neither
   * @param openFiles files and directories that clients have open
   * @param operations how many operations it was asked for
   * @param blockedCalls how many calls of its plugin wait in the operating system, or for a thread
   *     to do so
   * @param longestBlocked how long the system has had the oldest of them; zero if there is none
   */
  record Mount(
      VfsPath path,
      String plugin,
      String name,
      Map<String, String> settings,
      String state,
      @Nullable String error,
      long openFiles,
      long operations,
      long blockedCalls,
      Duration longestBlocked) {}

  /**
   * One plugin.
   *
   * @param name as in the configuration
   * @param readme its own description, Markdown
   * @param configSpec the keys of its configuration
   * @param location where it was loaded from
   * @param jobsFile the file in each instance's root that says what its jobs are doing
   */
  record LoadedPlugin(
      String name,
      String readme,
      ConfigSpec configSpec,
      String location,
      Optional<String> jobsFile) {}

  /**
   * One connection.
   *
   * @param id for {@link HostControl#disconnect}
   * @param user who
   * @param remoteAddress from where
   * @param protocol the front end
   * @param since when it began
   * @param bytesRead content bytes that the client has read
   * @param bytesWritten content bytes that the client has written
   * @param openFiles files and directories it has open
   */
  record Session(
      String id,
      String user,
      @Nullable String remoteAddress,
      String protocol,
      Instant since,
      long bytesRead,
      long bytesWritten,
      int openFiles) {}
}
