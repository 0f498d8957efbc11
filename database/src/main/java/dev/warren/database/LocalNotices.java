package dev.warren.database;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers published messages to subscribers in the same process, in order and on its own thread:
 * the publisher may hold locks that a listener needs. Thread-safe.
 */
final class LocalNotices {
  private static final Logger log = LoggerFactory.getLogger(LocalNotices.class);

  /**
   * The limit of undelivered messages. Beyond it, all are dropped, and the listeners are notified.
   */
  private static final int MOST = 10_000;

  /** Takes the place of dropped messages in the queue. */
  private static final Notice LOST = new Notice("", "");

  private record Notice(String channel, String message) {}

  private final String name;
  private final Subscriptions subscriptions = new Subscriptions();
  private final Deque<Notice> waiting = new ArrayDeque<>();
  private @Nullable Thread thread;
  private boolean closed;

  /**
   * @param name the name of the delivery thread
   */
  LocalNotices(String name) {
    this.name = name;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** Starts delivery, if it has not started: a listener is about to subscribe. */
  synchronized void start() {
    if (thread == null && !closed) {
      thread = HostThreads.of(name, this::deliver);
      thread.start();
      subscriptions.begin();
    }
  }

  synchronized void say(String channel, String message) {
    if (thread == null || closed) {
      return; // no listener has subscribed yet, or this is closed
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
          subscriptions.begin();
        } else {
          subscriptions.heard(one.channel(), one.message());
        }
      }
    } catch (InterruptedException _) { // caused by a listener: no other code runs on this thread
      log.error("{} was interrupted, and ends", name);
    }
    subscriptions.interrupt();
  }

  /** Waits for the next message; null when the database is closed. */
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
