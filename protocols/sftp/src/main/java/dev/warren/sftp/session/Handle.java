package dev.warren.sftp.session;

import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.VfsPath;
import dev.warren.frontend.AtOnce;

/** What a client has open. */
sealed interface Handle {
  /** The path it was opened by. */
  VfsPath path();

  /** What its memory is charged for. */
  MemoryBudget.Use use();

  /** How much memory it takes, here and below, in bytes. */
  long bytes();

  /** Whether {@link #close} never waits. */
  boolean closesAtOnce();

  /** The client is done. */
  void close() throws FsException;

  /** The client is gone. */
  void abort(FsException cause);

  /**
   * An open file.
   *
   * @param path the path it was opened by
   * @param file the file
   * @param writable whether it was opened to be written, so that its close may commit it
   */
  record File(VfsPath path, AtOnce<OpenFile> file, boolean writable) implements Handle {
    @Override
    public MemoryBudget.Use use() {
      return MemoryBudget.Use.HANDLES;
    }

    @Override
    public long bytes() {
      return 1024;
    }

    @Override
    public boolean closesAtOnce() {
      OpenFile atOnce = file.view();
      return atOnce != null && atOnce.closesAtOnce();
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
   * A directory that is being listed.
   *
   * @param path the path it was opened by
   * @param directory the directory
   * @param listing how far the client has come
   */
  record Directory(VfsPath path, AtOnce<OpenDirectory> directory, Listing listing)
      implements Handle {
    @Override
    public MemoryBudget.Use use() {
      return MemoryBudget.Use.LISTINGS;
    }

    /** With a block of entries that is read ahead. */
    @Override
    public long bytes() {
      return 64 * 1024;
    }

    @Override
    public boolean closesAtOnce() {
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
