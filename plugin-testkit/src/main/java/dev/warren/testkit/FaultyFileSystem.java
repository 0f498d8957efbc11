package dev.warren.testkit;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Fails chosen calls in the place of another file system, which does not see them. Thread-safe. */
public final class FaultyFileSystem extends InterceptedFileSystem {
  private final Faults faults;

  /** Fails nothing yet; closing closes the file system. */
  public FaultyFileSystem(FileSystem delegate) {
    this(delegate, new Faults());
  }

  private FaultyFileSystem(FileSystem delegate, Faults faults) {
    super(delegate, faults);
    this.faults = faults;
  }

  /** From now on calls of an operation on a path fail. */
  public void fail(Operation operation, VfsPath path, Errno errno) {
    fail(call -> call.is(operation, path), errno);
  }

  /** From now on calls fail that the predicate chooses. */
  public void fail(Predicate<Call> calls, Errno errno) {
    faults.list.add(new Fault(calls, errno, Integer.MAX_VALUE));
  }

  /** The next {@code times} calls fail that the predicate chooses, then no more. */
  public void failTimes(int times, Predicate<Call> calls, Errno errno) {
    faults.list.add(new Fault(calls, errno, times));
  }

  /** From now on nothing fails. */
  public void heal() {
    faults.list.clear();
  }

  private static final class Fault {
    private final Predicate<Call> calls;
    private final Errno errno;
    private int left;

    Fault(Predicate<Call> calls, Errno errno, int times) {
      this.calls = calls;
      this.errno = errno;
      this.left = times;
    }

    synchronized boolean strikes(Call call) {
      if (left == 0 || !calls.test(call)) {
        return false;
      }
      left--;
      return true;
    }
  }

  private static final class Faults implements Interceptor {
    private final List<Fault> list = new CopyOnWriteArrayList<>();

    @Override
    public <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException {
      for (Fault fault : list) {
        if (fault.strikes(call)) {
          throw new FsException(fault.errno, call + ": made to fail by the test");
        }
      }
      return body.run();
    }
  }
}
