package dev.warren.frontend;

import java.time.Duration;
import java.util.List;

/** A front end that is serving. Thread-safe. The methods that report its state do not block. */
public interface RunningFrontEnd extends AutoCloseable {
  /** The addresses on which it listens, as bound: {@code 127.0.0.1:5640}, {@code unix:/path}. */
  List<String> addresses();

  /**
   * Commands with which the host's user connects to it on the same machine; empty if there are
   * none.
   */
  default List<Recipe> recipes() {
    return List.of();
  }

  /** The current sessions. */
  List<SessionInfo> sessions();

  /**
   * Ends a session: aborts its open files and closes its connection.
   *
   * @return whether there was a session with this id
   */
  boolean disconnect(String sessionId);

  /**
   * Accepts no new connections, lets in-flight requests complete for at most the given time, then
   * notifies clients of the end if the protocol permits it. {@link #close()} follows.
   */
  void drain(Duration atMost);

  /** Aborts everything that is open, and closes all connections and listeners. */
  @Override
  void close();
}
