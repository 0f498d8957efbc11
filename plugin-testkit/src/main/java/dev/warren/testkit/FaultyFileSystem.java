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

/** Makes selected calls fail before they reach another file system. Thread-safe. */
public final class FaultyFileSystem extends InterceptedFileSystem {
  private final Faults faults;

  /** Wraps a file system, without failures yet; closing the wrapper closes it. */
  public FaultyFileSystem(FileSystem delegate) {
    this(delegate, new Faults());
  }

  private FaultyFileSystem(FileSystem delegate, Faults faults) {
    super(delegate, faults);
    this.faults = faults;
  }

  /** Makes calls of an operation on a path fail from now on. */
  public void fail(Operation operation, VfsPath path, Errno errno) {
    fail(call -> call.is(operation, path), errno);
  }

  /** Makes calls that match the predicate fail from now on. */
  public void fail(Predicate<Call> calls, Errno errno) {
    faults.list.add(new Fault(calls, errno, Integer.MAX_VALUE));
  }

  /** Makes the next {@code times} calls that match the predicate fail, and none after them. */
  public void failTimes(int times, Predicate<Call> calls, Errno errno) {
    faults.list.add(new Fault(calls, errno, times));
  }

  /** Makes no more calls fail from now on. */
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
