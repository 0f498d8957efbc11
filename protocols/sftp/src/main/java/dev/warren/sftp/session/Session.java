package dev.warren.sftp.session;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.frontend.NonBlockingFirst;
import dev.warren.sftp.wire.Transport;

/**
 * One SFTP session: the state that its requests share. Each thread that handles some of them has an
 * {@link Exchange}. Thread-safe.
 */
public final class Session {
  private final NonBlockingFirst<FileSystem> files;
  private final SessionSettings settings;
  private final Activity activity;
  private final ChannelMemory memory;
  private final HandleTable handles;
  private volatile boolean initialised;

  /**
   * Creates a session.
   *
   * @param files the user's view
   * @param memory the channel's memory
   */
  public Session(
      FileSystem files, SessionSettings settings, Activity activity, ChannelMemory memory) {
    this.files = NonBlockingFirst.of(files);
    this.settings = settings;
    this.activity = activity;
    this.memory = memory;
    this.handles = new HandleTable(settings.maxHandles(), activity, memory);
  }

  /** Creates the exchange of a thread. */
  Exchange exchange(Transport transport, Exchange.Waits waits) {
    return new Exchange(this, transport, waits);
  }

  /**
   * Aborts all open handles, and those that in-flight requests open. Any thread; may be called
   * again.
   */
  public void abort(FsException cause) {
    handles.abortAll(cause);
  }

  /** The user's view of the files. */
  NonBlockingFirst<FileSystem> files() {
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

  /** Whether the client has sent its version, which comes first. */
  boolean isInitialised() {
    return initialised;
  }

  void initialise() {
    initialised = true;
  }
}
