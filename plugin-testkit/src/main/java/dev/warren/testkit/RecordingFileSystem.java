package dev.warren.testkit;

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
import org.jspecify.annotations.Nullable;

/**
 * Writes down every call and its outcome while another file system does the work: which file was
 * closed and which aborted, in which order a front end does what. A call on a non-blocking view
 * that would have blocked is not written down, since it comes again. Thread-safe.
 */
public final class RecordingFileSystem extends InterceptedFileSystem {
  private final Log log;

  /** Records the calls on this file system; closing closes it. */
  public RecordingFileSystem(FileSystem delegate) {
    this(delegate, new Log());
  }

  private RecordingFileSystem(FileSystem delegate, Log log) {
    super(delegate, log);
    this.log = log;
  }

  /**
   * A call and how it ended.
   *
   * @param errno null if it succeeded
   */
  public record Outcome(Call call, @Nullable Errno errno) {
    /** What was called. */
    public Operation operation() {
      return call.operation();
    }

    /** What it was called on. */
    public VfsPath path() {
      return call.path();
    }
  }

  /** All calls that have ended, in the order in which they did. */
  public List<Outcome> calls() {
    return log.matching(outcome -> true);
  }

  /** The calls of one operation that have ended. */
  public List<Outcome> calls(Operation operation) {
    return log.matching(outcome -> outcome.operation() == operation);
  }

  /** How often an operation succeeded on a path. */
  public int count(Operation operation, VfsPath path) {
    return log.matching(o -> o.errno() == null && o.call().is(operation, path)).size();
  }

  /** How often a file or directory that was opened by this path was closed. */
  public int closes(VfsPath path) {
    return count(Operation.CLOSE, path);
  }

  /** How often a file that was opened by this path was aborted. */
  public int aborts(VfsPath path) {
    return count(Operation.ABORT, path);
  }

  /** How many open files and directories were neither closed nor aborted. */
  public int openHandles() {
    return log.openHandles();
  }

  /**
   * Waits until an operation has succeeded so often on a path.
   *
   * @throws IllegalStateException if that does not happen within half a minute
   */
  public void awaitCount(Operation operation, VfsPath path, int times) {
    Conditions.await(log, () -> count(operation, path) >= times, () -> "calls were " + calls());
  }

  /** Forgets all calls; what is open stays counted. */
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
      notifyAll();
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
