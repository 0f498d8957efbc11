package dev.warren.namespace.calls;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A file system whose system calls hang from {@link #freeze} until {@link #thaw}. */
public final class StuckFileSystem extends ForwardingFileSystem {
  private final CountDownLatch thawed = new CountDownLatch(1);
  private volatile boolean frozen;

  /** How many files are open. */
  public final AtomicInteger open = new AtomicInteger();

  /** How many calls hang. */
  public final AtomicInteger waiting = new AtomicInteger();

  /** Wraps this file system; closing the wrapper closes it. */
  public StuckFileSystem(FileSystem delegate) {
    super(delegate);
  }

  /** Lets all calls hang from now on. */
  public void freeze() {
    frozen = true;
  }

  /** Lets all calls return. */
  public void thaw() {
    thawed.countDown();
  }

  private void system() {
    boolean interrupted = false;
    waiting.incrementAndGet();
    while (frozen && thawed.getCount() > 0) {
      try {
        thawed.await();
      } catch (InterruptedException e) {
        interrupted = true; // a system call does not notice interrupts
      }
    }
    waiting.decrementAndGet();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    system();
    return super.stat(path);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    system();
    super.mkdir(path, permissions);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    system();
    OpenFile file = super.open(path, options, permissions);
    open.incrementAndGet();
    return new ForwardingOpenFile(file) {
      @Override
      public int read(ByteBuffer target, long offset) throws FsException {
        system();
        return super.read(target, offset);
      }

      @Override
      public int write(ByteBuffer source, long offset) throws FsException {
        system();
        return super.write(source, offset);
      }

      @Override
      public void close() throws FsException {
        system();
        super.close();
        open.decrementAndGet();
      }

      @Override
      public void abort(FsException cause) {
        system();
        super.abort(cause);
        open.decrementAndGet();
      }
    };
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    system();
    return new ForwardingOpenDirectory(super.openDirectory(path)) {
      @Override
      public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
        system();
        super.read(cookie, attributes, visitor);
      }
    };
  }
}
