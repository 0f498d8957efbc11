package dev.warren.sftp.session;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.frontend.AtOnce;
import dev.warren.sftp.wire.Transport;

/**
 * One SFTP session: what all its requests have in common. Each thread that handles some of them has
 * an {@link Exchange} for it. Thread-safe.
 */
public final class Session {
  private final AtOnce<FileSystem> files;
  private final SessionSettings settings;
  private final Activity activity;
  private final ChannelMemory memory;
  private final HandleTable handles;
  private volatile boolean initialised;

  /**
   * A session on a file system.
   *
   * @param files what the user may see
   * @param memory what it takes memory from
   */
  public Session(
      FileSystem files, SessionSettings settings, Activity activity, ChannelMemory memory) {
    this.files = AtOnce.of(files);
    this.settings = settings;
    this.activity = activity;
    this.memory = memory;
    this.handles = new HandleTable(settings.maxHandles(), activity, memory);
  }

  /** What a thread answers with. */
  Exchange exchange(Transport transport, Exchange.Waits waits) {
    return new Exchange(this, transport, waits);
  }

  /** Aborts what is open, and what running requests open. From any thread, more than once. */
  public void abort(FsException cause) {
    handles.abortAll(cause);
  }

  /** What the user may see. */
  AtOnce<FileSystem> files() {
    return files;
  }

  SessionSettings settings() {
    return settings;
  }

  Activity activity() {
    return activity;
  }

  ChannelMemory memory() {
    return memory;
  }

  HandleTable handles() {
    return handles;
  }

  /** Whether the client has said its version, with which it begins. */
  boolean isInitialised() {
    return initialised;
  }

  void initialise() {
    initialised = true;
  }
}
