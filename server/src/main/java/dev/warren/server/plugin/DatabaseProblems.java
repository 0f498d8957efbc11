package dev.warren.server.plugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The current problems with the databases of an instance, as the host's log reports them.
 * Thread-safe.
 */
final class DatabaseProblems {
  private final Map<Object, String> troubles = new LinkedHashMap<>();
  private @Nullable Runnable whenOver;

  /** Sets the problem of one database; null if it has none any more. */
  void say(Object database, @Nullable String trouble) {
    Runnable call = told(database, trouble);
    if (call != null) {
      call.run();
    }
  }

  private synchronized @Nullable Runnable told(Object database, @Nullable String trouble) {
    if (trouble != null) {
      troubles.put(database, trouble);
      return null;
    }
    troubles.remove(database);
    return troubles.isEmpty() ? taken() : null;
  }

  private @Nullable Runnable taken() {
    Runnable call = whenOver;
    whenOver = null;
    return call;
  }

  /**
   * Calls an action once, as soon as there is no problem; immediately if there is none now. The
   * action must not block.
   */
  void whenOver(Runnable call) {
    if (isOver(call)) {
      call.run();
    }
  }

  private synchronized boolean isOver(Runnable call) {
    if (troubles.isEmpty()) {
      return true;
    }
    whenOver = call;
    return false;
  }

  /** All problems, without duplicates; null if there are none. */
  synchronized @Nullable String all() {
    return troubles.isEmpty()
        ? null
        : String.join("; ", List.copyOf(new TreeSet<>(troubles.values())));
  }
}
