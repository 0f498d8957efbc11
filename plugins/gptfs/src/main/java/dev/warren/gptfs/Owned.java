package dev.warren.gptfs;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Resources of an instance besides its files. Closed together, in reverse order. */
final class Owned implements Closeable {
  private final Deque<Closeable> resources = new ArrayDeque<>();

  /** Adds a resource, and returns it. */
  <T extends Closeable> T add(T resource) {
    resources.push(resource);
    return resource;
  }

  /** Closes all resources even if some throw; then throws the first failure. */
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
