package dev.warren.database;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is published to who listens in the same process, in order and by a thread of its own:
 * who publishes may hold locks that who listens wants. Thread-safe.
 */
final class LocalNotices {
  private static final Logger log = LoggerFactory.getLogger(LocalNotices.class);

  /** Those that are not heard yet. Beyond them they are forgotten, and who listens is told so. */
  private static final int MOST = 10_000;

  /** Stands for those that were forgotten. */
  private static final Notice LOST = new Notice("", "");

  private record Notice(String channel, String message) {}

  private final String name;
  private final Notices notices = new Notices();
  private final Deque<Notice> waiting = new ArrayDeque<>();
  private @Nullable Thread thread;
  private boolean closed;

  /**
   * @param name of the thread
   */
  LocalNotices(String name) {
    this.name = name;
  }

  Notices notices() {
    return notices;
  }

  /** There is somebody to hear. */
  synchronized void start() {
    if (thread == null && !closed) {
      thread = HostThreads.of(name, this::deliver);
      thread.start();
      notices.begin();
    }
  }

  synchronized void say(String channel, String message) {
    if (thread == null || closed) {
      return; // nobody has ever listened, or nobody does any more
    }
    if (waiting.size() < MOST) {
      waiting.add(new Notice(channel, message));
    } else {
      waiting.clear();
      waiting.add(LOST);
    }
    notifyAll();
  }

  private void deliver() {
    try {
      for (Notice one = next(); one != null; one = next()) {
        if (one.equals(LOST)) {
          notices.begin();
        } else {
          notices.heard(one.channel(), one.message());
        }
      }
    } catch (InterruptedException _) { // by a listener, as nobody else knows the thread
      log.error("{} was interrupted, and ends", name);
    }
    notices.interrupt();
  }

  /** Waits for it; null when the database is closed. */
  private synchronized @Nullable Notice next() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    return waiting.poll();
  }

  synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }
}
