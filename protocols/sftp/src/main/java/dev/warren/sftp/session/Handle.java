package dev.warren.sftp.session;

import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.VfsPath;
import dev.warren.frontend.NonBlockingFirst;

/** An open file or directory. */
sealed interface Handle {
  /** The path it was opened by. */
  VfsPath path();

  /** The use for which the handle's memory is charged. */
  MemoryBudget.Use use();

  /** Bytes of memory that it uses, here and in the file system. */
  long bytes();

  /** Whether {@link #close} is non-blocking. */
  boolean isCloseNonBlocking();

  /** Closes it at the client's request. */
  void close() throws FsException;

  /** Closes it because the connection has ended. */
  void abort(FsException cause);

  /**
   * An open file.
   *
   * @param path the path it was opened by
   * @param file the file
   * @param writable whether it was opened for writing, so that its close may commit changes
   */
  record File(VfsPath path, NonBlockingFirst<OpenFile> file, boolean writable) implements Handle {
    @Override
    public MemoryBudget.Use use() {
      return MemoryBudget.Use.HANDLES;
    }

    @Override
    public long bytes() {
      return 1024;
    }

    @Override
    public boolean isCloseNonBlocking() {
      OpenFile nonBlocking = file.view();
      return nonBlocking != null && nonBlocking.isCloseNonBlocking();
    }

    @Override
    public void close() throws FsException {
      file.target().close();
    }

    @Override
    public void abort(FsException cause) {
      file.target().abort(cause);
    }
  }

  /**
   * An open directory that is being listed.
   *
   * @param path the path it was opened by
   * @param directory the directory
   * @param listing the client's position in it
   */
  record Directory(VfsPath path, NonBlockingFirst<OpenDirectory> directory, Listing listing)
      implements Handle {
    @Override
    public MemoryBudget.Use use() {
      return MemoryBudget.Use.LISTINGS;
    }

    /** Charges for a block of entries, which the file system reads ahead. */
    @Override
    public long bytes() {
      return 64 * 1024;
    }

    @Override
    public boolean isCloseNonBlocking() {
      return directory.view() != null;
    }

    @Override
    public void close() {
      directory.target().close();
    }

    @Override
    public void abort(FsException cause) {
      directory.target().close();
    }
  }
}
