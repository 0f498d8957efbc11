package dev.warren.server.plugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is wrong with the databases of an instance, which the host's log has told. Thread-safe. */
final class Troubles {
  private final Map<Object, String> troubles = new LinkedHashMap<>();
  private @Nullable Runnable whenOver;

  /** Something is wrong with one, or nothing any more: null. */
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
   * Has something called when nothing is wrong any more, once; at once if that is so now. It has to
   * return at once.
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

  /** All of them, each once; null if there are none. */
  synchronized @Nullable String all() {
    return troubles.isEmpty()
        ? null
        : String.join("; ", List.copyOf(new TreeSet<>(troubles.values())));
  }
}
