package dev.warren.frontend;

import java.time.Duration;
import java.util.List;

/** A front end that serves. Thread-safe. Who asks it how things are does not wait. */
public interface RunningFrontEnd extends AutoCloseable {
  /**
   * The addresses it listens on, as they were bound: {@code 127.0.0.1:5640}, {@code unix:/path}.
   */
  List<String> addresses();

  /** How its owner reaches it from the same machine; empty where no command does. */
  default List<Recipe> recipes() {
    return List.of();
  }

  /** Who is connected now. */
  List<SessionInfo> sessions();

  /**
   * Ends a session: aborts what it has open and closes its connection.
   *
   * @return whether there was a session of this id
   */
  boolean disconnect(String sessionId);

  /**
   * Takes no new connections, lets the requests that run finish for at most this long, then tells
   * clients goodbye where the protocol can. {@link #close()} follows.
   */
  void drain(Duration atMost);

  /** Ends everything: aborts what is open, closes all connections and listeners. */
  @Override
  void close();
}
