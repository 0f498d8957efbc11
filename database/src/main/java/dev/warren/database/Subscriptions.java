package dev.warren.database;

import dev.warren.api.database.Database;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions to messages that are published through a database. Thread-safe. */
final class Subscriptions {
  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);
  private static final Pattern CHANNEL = Pattern.compile("[a-z0-9._/-]{1,200}");

  private final List<Listening> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean hearing;

  /** A subscription. */
  private final class Listening implements Database.Subscription {
    private final String channel;
    private final Database.Listener listener;

    private Listening(String channel, Database.Listener listener) {
      this.channel = channel;
      this.listener = listener;
    }

    @Override
    public boolean isHearing() {
      return hearing && listeners.contains(this);
    }

    @Override
    public void close() {
      listeners.remove(this);
    }
  }

  Database.Subscription add(String channel, Database.Listener listener) {
    require(channel, "");
    Listening listening = new Listening(channel, listener);
    listeners.add(listening);
    if (hearing) {
      call(listening, Database.Listener::missed);
    }
    return listening;
  }

  /** Messages published from now on are delivered; listeners may have missed earlier ones. */
  void begin() {
    hearing = true;
    listeners.forEach(one -> call(one, Database.Listener::missed));
  }

  /** Messages are not delivered at present; listeners may miss some. */
  void interrupt() {
    if (hearing) {
      hearing = false;
      listeners.forEach(one -> call(one, Database.Listener::missed));
    }
  }

  void heard(String channel, String message) {
    for (Listening one : listeners) {
      if (one.channel.equals(channel)) {
        call(one, listener -> listener.heard(message));
      }
    }
  }

  /** A listener that fails must not keep the others from being called. */
  private static void call(Listening one, Consumer<Database.Listener> call) {
    try {
      call.accept(one.listener);
    } catch (RuntimeException | Error e) { // listeners are plugin code
      log.error("a listener of {} failed", one.channel, e);
    }
  }

  /**
   * Checks a channel and a message. All databases have the same limits, so that a plugin that works
   * on one works on the others.
   */
  static void require(String channel, String message) {
    if (!CHANNEL.matcher(channel).matches()) {
      throw new IllegalArgumentException("invalid channel name: " + channel);
    }
    int bytes = channel.length() + message.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Database.MOST_BYTES || message.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "a message of %d bytes: the limit is %d, and the character 0 is not allowed"
              .formatted(bytes, Database.MOST_BYTES));
    }
  }
}
