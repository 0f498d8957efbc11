package dev.warren.gptfs;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What an instance has taken besides its files. Closed as a whole, the last taken first. */
final class Owned implements Closeable {
  private final Deque<Closeable> resources = new ArrayDeque<>();

  /** Adds a resource, and gives it back. */
  <T extends Closeable> T add(T resource) {
    resources.push(resource);
    return resource;
  }

  /** Closes all, whatever one of them throws; the first failure is thrown in the end. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
