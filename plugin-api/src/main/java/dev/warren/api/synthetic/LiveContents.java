package dev.warren.api.synthetic;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The stored contents that are open, one {@link LiveContent} for each. Thread-safe. */
final class LiveContents {
  private final Map<StoredContent, Use> open = new ConcurrentHashMap<>();

  private record Use(LiveContent content, int users) {}

  /**
   * Begins to use a content, which {@link #release} ends.
   *
   * @param charge takes the memory of it, if nobody has it open
   */
  LiveContent acquire(StoredContent stored, Charge charge) {
    return open.merge(
            stored,
            new Use(new LiveContent(stored, charge), 1),
            (use, _) -> new Use(use.content(), use.users() + 1))
        .content();
  }

  void release(StoredContent stored) {
    open.computeIfPresent(
        stored,
        (_, use) -> {
          if (use.users() > 1) {
            return new Use(use.content(), use.users() - 1);
          }
          use.content().end();
          return null;
        });
  }

  /** Whether a content that is in use is so once. */
  boolean isLast(StoredContent stored) {
    Use use = open.get(stored);
    return use != null && use.users() == 1;
  }

  /** The content as those see it who have it open; null if nobody has. */
  @Nullable LiveContent find(StoredContent stored) {
    Use use = open.get(stored);
    return use == null ? null : use.content();
  }
}
