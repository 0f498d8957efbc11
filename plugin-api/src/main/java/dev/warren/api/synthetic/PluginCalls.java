package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.io.IOException;

/** Calls a plugin's functions, and translates every exception to an {@link FsException}. */
final class PluginCalls {
  private PluginCalls() {}

  static <T> T get(Source<? extends T> source) throws FsException {
    try {
      return source.get();
    } catch (IOException | RuntimeException e) {
      throw translated(e);
    }
  }

  static <T> void accept(Sink<T> sink, T value) throws FsException {
    try {
      sink.accept(value);
    } catch (IOException | RuntimeException e) {
      throw translated(e);
    }
  }

  static void run(Action action) throws FsException {
    try {
      action.run();
    } catch (IOException | RuntimeException e) {
      throw translated(e);
    }
  }

  /** A function of a plugin without parameters. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private static FsException translated(Exception e) {
    if (e instanceof FsException answer) {
      return answer;
    }
    Errno errno = Errno.of(e);
    return new FsException(errno, errno.message(), e);
  }
}
