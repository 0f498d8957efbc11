package dev.warren.ninep;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.util.concurrent.CountDownLatch;

/** Holds lookups and opens of one name, and ignores cancellation, like a slow disk. */
final class HeldFileSystem extends ForwardingFileSystem {
  private final String name;
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  HeldFileSystem(FileSystem files, String name) {
    super(files);
    this.name = name;
  }

  /** Waits until a call is held. */
  void awaitHeld() throws InterruptedException {
    held.await();
  }

  /** Lets the call, and all later ones, continue. */
  void release() {
    released.countDown();
  }

  private void hold(VfsPath path) {
    if (path.name().equals(name)) {
      held.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    hold(path);
    return super.stat(path);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    hold(path);
    return super.open(path, options, permissions);
  }
}
