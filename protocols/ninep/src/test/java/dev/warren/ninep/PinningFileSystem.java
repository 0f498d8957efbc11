package dev.warren.ninep;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Semaphore;

/**
 * Holds lookups in a system call, in which a virtual thread pins its carrier, like a plugin that
 * waits for a dead disk on its own.
 */
final class PinningFileSystem extends ForwardingFileSystem {
  private static final MethodHandle PIPE =
      function("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle READ =
      function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final Semaphore held = new Semaphore(0);
  private final int readEnd;
  private final int writeEnd;

  PinningFileSystem(FileSystem files) {
    super(files);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      int result = (int) PIPE.invokeExact(ends);
      if (result != 0) {
        throw new IllegalStateException("pipe: " + result);
      }
      readEnd = ends.getAtIndex(JAVA_INT, 0);
      writeEnd = ends.getAtIndex(JAVA_INT, 1);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted") // nothing else pins a thread
  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /** Waits until a number of calls are held. */
  void awaitHeld(int calls) {
    held.acquireUninterruptibly(calls);
  }

  /** Lets all calls continue. */
  void release() {
    try {
      int _ = (int) CLOSE.invokeExact(writeEnd);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    if (!path.isRoot()) {
      held.release();
      try (Arena arena = Arena.ofConfined()) {
        long _ = (long) READ.invokeExact(readEnd, arena.allocate(1), 1L);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
    return super.stat(path);
  }
}
