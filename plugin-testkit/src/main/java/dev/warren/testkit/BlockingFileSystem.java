package dev.warren.testkit;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes selected calls wait until the test releases them, before they reach another file system:
 *
 * <pre>{@code
 * BlockingFileSystem fs = new BlockingFileSystem(new MemoryFileSystem());
 * CallBarrier barrier = fs.hold(Operation.READ, path);
 * client.sendRead(path);
 * barrier.awaitWaiting(1);
 * client.cancelRead();    // the waiting read ends with EINTR
 * barrier.open();
 * }</pre>
 *
 * <p>A waiting call ends with EINTR when its {@link dev.warren.api.Cancellation} is cancelled, with
 * EBADF when its file is closed or aborted, and with EIO when the file system is closed. On a
 * non-blocking view, a call that would wait throws {@link WouldBlockException}. Thread-safe.
 */
public final class BlockingFileSystem extends InterceptedFileSystem {
  private final Gates gates;

  /** Wraps a file system, without holding any calls yet; closing the wrapper closes it. */
  public BlockingFileSystem(FileSystem delegate) {
    this(delegate, new Gates());
  }

  private BlockingFileSystem(FileSystem delegate, Gates gates) {
    super(delegate, gates);
    this.gates = gates;
  }

  /** Makes calls of an operation on a path wait from now on. */
  public CallBarrier hold(Operation operation, VfsPath path) {
    return hold(call -> call.is(operation, path));
  }

  /** Makes calls that match the predicate wait from now on. */
  public CallBarrier hold(Predicate<Call> calls) {
    CallBarrier barrier = new CallBarrier(calls);
    gates.list.add(barrier);
    return barrier;
  }

  private static final class Gates implements Interceptor {
    private final List<CallBarrier> list = new CopyOnWriteArrayList<>();

    @Override
    public <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException {
      for (CallBarrier barrier : list) {
        barrier.pass(call);
      }
      boolean ends = call.operation() == Operation.CLOSE || call.operation() == Operation.ABORT;
      if (ends && call.handle() > 0) {
        list.forEach(
            barrier -> barrier.end(waiting -> waiting.handle() == call.handle(), Errno.EBADF));
      } else if (ends) {
        list.forEach(barrier -> barrier.end(waiting -> true, Errno.EIO));
      }
      return body.run();
    }
  }
}
