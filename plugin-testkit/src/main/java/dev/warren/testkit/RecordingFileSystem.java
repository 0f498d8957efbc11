package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Records every call and its outcome while another file system performs it: which files were closed
 * or aborted, and in which order a front end calls. A call on a non-blocking view that would have
 * blocked is not recorded, because it is repeated. Thread-safe.
 */
public final class RecordingFileSystem extends InterceptedFileSystem {
  private final Log log;

  /** Records the calls on this file system; closing the wrapper closes it. */
  public RecordingFileSystem(FileSystem delegate) {
    this(delegate, new Log());
  }

  private RecordingFileSystem(FileSystem delegate, Log log) {
    super(delegate, log);
    this.log = log;
  }

  /**
   * A call and its outcome.
   *
   * @param errno null if it succeeded
   */
  public record Outcome(Call call, @Nullable Errno errno) {
    /** The operation that was called. */
    public Operation operation() {
      return call.operation();
    }

    /** The path on which it was called. */
    public VfsPath path() {
      return call.path();
    }
  }

  /** All completed calls, in the order in which they completed. */
  public List<Outcome> calls() {
    return log.matching(outcome -> true);
  }

  /** The completed calls of one operation. */
  public List<Outcome> calls(Operation operation) {
    return log.matching(outcome -> outcome.operation() == operation);
  }

  /** How often an operation on a path succeeded. */
  public int count(Operation operation, VfsPath path) {
    return log.matching(o -> o.errno() == null && o.call().is(operation, path)).size();
  }

  /** How often a file or directory that was opened with this path was closed. */
  public int closes(VfsPath path) {
    return count(Operation.CLOSE, path);
  }

  /** How often a file that was opened with this path was aborted. */
  public int aborts(VfsPath path) {
    return count(Operation.ABORT, path);
  }

  /** How many open files and directories have been neither closed nor aborted. */
  public int openHandles() {
    return log.openHandles();
  }

  /**
   * Waits until an operation on a path has succeeded the given number of times.
   *
   * @throws ConditionTimeoutException if that does not happen within {@link Waiting#LIMIT}
   */
  public void awaitCount(Operation operation, VfsPath path, int times) {
    Waiting.await()
        .untilAsserted(
            () ->
                assertThat(count(operation, path))
                    .as(() -> "calls were " + calls())
                    .isGreaterThanOrEqualTo(times));
  }

  /** Forgets all calls; open files are still counted. */
  public void clear() {
    log.clear();
  }

  private static final class Log implements Interceptor {
    private final List<Outcome> outcomes = new ArrayList<>();
    private int opened;
    private final Set<Long> endedHandles = new HashSet<>();

    @Override
    public <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException {
      try {
        T result = body.run();
        add(new Outcome(call, null));
        return result;
      } catch (WouldBlockException e) {
        throw e;
      } catch (FsException e) {
        add(new Outcome(call, e.errno()));
        throw e;
      }
    }

    private synchronized void add(Outcome outcome) {
      outcomes.add(outcome);
      Call call = outcome.call();
      switch (call.operation()) {
        case OPEN, OPENDIR -> opened += outcome.errno() == null ? 1 : 0;
        case CLOSE, ABORT -> {
          if (call.handle() > 0) {
            endedHandles.add(call.handle());
          }
        }
        default -> {}
      }
    }

    synchronized List<Outcome> matching(Predicate<Outcome> predicate) {
      return outcomes.stream().filter(predicate).toList();
    }

    synchronized int openHandles() {
      return opened - endedHandles.size();
    }

    synchronized void clear() {
      outcomes.clear();
    }
  }
}
