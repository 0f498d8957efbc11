package dev.warren.api.synthetic;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The stored contents that are open, one {@link LiveContent} each. Thread-safe. */
final class LiveContents {
  private final Map<StoredContent, Use> open = new ConcurrentHashMap<>();

  private record Use(LiveContent content, int users) {}

  /**
   * Opens a content, which {@link #release} closes again.
   *
   * @param charge charged for its memory, if it is not open yet
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

  /** Whether a content that is open has only one user. */
  boolean isLast(StoredContent stored) {
    Use use = open.get(stored);
    return use != null && use.users() == 1;
  }

  /** The open content; null if no user has it open. */
  @Nullable LiveContent find(StoredContent stored) {
    Use use = open.get(stored);
    return use == null ? null : use.content();
  }
}
