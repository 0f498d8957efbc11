package dev.warren.admin;

import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.config.ConfigSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The running host. Thread-safe. Methods that return its state are cheap, unless they say
 * otherwise, and never return a secret; commands return when they are complete.
 */
public interface HostControl {
  /** The host's version. */
  String version();

  /** How long it has been running. */
  Duration uptime();

  /** The mounts, ordered by path. */
  List<Mount> mounts();

  /** The loaded plugins, by name. */
  List<PluginInfo> plugins();

  /** The sessions of all front ends. */
  List<Session> sessions();

  /**
   * The hosts that share a mount with this one, including this one, by the path of the mount.
   * Mounts that are not shared are left out, as are those that do not respond within a second. May
   * block: mounts ask their databases.
   */
  Map<VfsPath, List<SharingHost>> hosts();

  /** The memory budget. */
  MemoryBudget memory();

  /** All metrics in Prometheus's text format. */
  String metrics();

  /** The most recent part of the log. */
  LogTail log();

  /**
   * Mounts an instance of a plugin until the host ends; the configuration file is not changed.
   *
   * @param config values as text
   * @throws FsException ENODEV if there is no such plugin, EINVAL with all problems of the
   *     configuration, EBUSY if something is mounted there, EIO if it cannot be opened or the host
   *     is shutting down
   */
  void mount(String plugin, VfsPath path, Map<String, String> config) throws FsException;

  /**
   * Unmounts: drains in-flight requests, aborts open files, closes the instance.
   *
   * @throws FsException EINVAL if nothing is mounted there, EBUSY if a mount unmounts itself
   */
  void unmount(VfsPath path) throws FsException;

  /**
   * Reads the configuration file again, and mounts, unmounts and remounts what has changed.
   *
   * @param force whether it may unmount more than half of the mounts that the file defined, and
   *     mounts whose content is only in memory
   * @throws FsException EINVAL with all problems of the file, or with the mounts that would be
   *     lost; nothing has changed then; EIO with the changes that failed, if all others succeeded
   */
  void reload(boolean force) throws FsException;

  /**
   * Ends a session.
   *
   * @throws FsException ESRCH if there is no session with this id
   */
  void disconnect(String sessionId) throws FsException;

  /**
   * Sets the log level.
   *
   * @param level {@code trace}, {@code debug}, {@code info}, {@code warn} or {@code error}
   * @throws FsException EINVAL for any other word
   */
  void setLogLevel(String level) throws FsException;

  /**
   * One mount.
   *
   * @param path its mount point
   * @param plugin the plugin's name
   * @param name the instance's name, by default that of the plugin
   * @param settings its configuration as text, by key, without secrets
   * @param state {@code up}, {@code failed}, {@code draining}, or {@code unable}: it serves
   *     requests, but accepts no new work
   * @param error why it failed or is unable; null otherwise
   * @param openFiles files and directories that clients have open
   * @param operations how many operations were requested
   * @param blockedCalls how many calls of its plugin block in the operating system, or wait for a
   *     thread
   * @param longestBlocked how long the oldest of them has been blocked in the system; zero if there
   *     is none
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
   * @param readme its own description, in Markdown
   * @param configSpec the keys of its configuration
   * @param location where it was loaded from
   * @param jobsFile the file in the root of each instance that describes its current jobs
   */
  record PluginInfo(
      String name,
      String readme,
      ConfigSpec configSpec,
      String location,
      Optional<String> jobsFile) {}

  /**
   * One connection.
   *
   * @param id for {@link HostControl#disconnect}
   * @param user the user's name
   * @param remoteAddress the client's address
   * @param protocol the front end
   * @param since when it began
   * @param bytesRead file content read by the client, in bytes
   * @param bytesWritten file content written by the client, in bytes
   * @param openFiles how many files and directories it has open
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
