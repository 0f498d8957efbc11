package dev.warren.namespace.metrics;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;

/**
 * Something whose operations are counted. Each goes through here once, whatever becomes of it.
 *
 * <p>What is asked for most often must leave nothing to the garbage collector: a lambda that takes
 * all it needs as arguments is made once, one that remembers variables at each call. So {@link
 * #count} hands an argument on, and {@link #transfer} one that would have to be boxed.
 */
abstract class Metered<T> {
  final T target;
  final Meter meter;

  Metered(T target, Meter meter) {
    this.target = target;
    this.meter = meter;
  }

  /** An operation on the target. */
  @FunctionalInterface
  interface Call<T, A, R> {
    R make(T target, VfsPath path, A argument) throws FsException;
  }

  /** Reads or writes so many bytes. */
  @FunctionalInterface
  interface Transfer<T> {
    int make(T target, ByteBuffer buffer, long offset) throws FsException;
  }

  /** An operation that is not asked for often. */
  @FunctionalInterface
  interface Question<R> {
    R ask() throws FsException;
  }

  /** An operation without an answer that is not asked for often. */
  @FunctionalInterface
  interface Command {
    void run() throws FsException;
  }

  final <A, R> R count(Operation operation, VfsPath path, Call<T, A, R> call, A argument)
      throws FsException {
    long start = meter.start();
    try {
      R result = call.make(target, path, argument);
      meter.done(operation, start, path);
      return result;
    } catch (Throwable t) {
      meter.failed(operation, start, path, t);
      throw t;
    }
  }

  final int transfer(
      Operation operation, VfsPath path, Transfer<T> transfer, ByteBuffer buffer, long offset)
      throws FsException {
    long start = meter.start();
    try {
      int bytes = transfer.make(target, buffer, offset);
      meter.done(operation, start, path);
      return bytes;
    } catch (Throwable t) {
      meter.failed(operation, start, path, t);
      throw t;
    }
  }

  final <R> R ask(Operation operation, VfsPath path, Question<R> question) throws FsException {
    return count(operation, path, (_, _, asked) -> asked.ask(), question);
  }

  final void command(Operation operation, VfsPath path, Command command) throws FsException {
    count(
        operation,
        path,
        (_, _, given) -> {
          given.run();
          return given;
        },
        command);
  }
}
