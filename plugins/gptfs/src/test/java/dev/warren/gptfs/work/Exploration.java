package dev.warren.gptfs.work;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The exhaustive search of models: visits every world that steps lead to. */
final class Exploration {
  private Exploration() {}

  /**
   * Tries all interleavings.
   *
   * @param steps passes the worlds that one step leads to
   * @param isRight whether a world is valid
   * @return the visited worlds; null at the first invalid one
   */
  static <W> @Nullable Set<W> of(W begin, BiConsumer<W, Consumer<W>> steps, Predicate<W> isRight) {
    Set<W> seen = new HashSet<>();
    Queue<W> open = new ArrayDeque<>();
    seen.add(begin);
    open.add(begin);
    while (!open.isEmpty()) {
      W world = open.remove();
      if (!isRight.test(world)) {
        return null;
      }
      steps.accept(
          world,
          next -> {
            if (seen.add(next)) {
              open.add(next);
            }
          });
    }
    return seen;
  }
}
