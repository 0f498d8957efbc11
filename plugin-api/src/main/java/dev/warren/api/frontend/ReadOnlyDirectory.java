package dev.warren.api.frontend;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A directory opened through a view that forbids its changes and may hide entries. */
final class ReadOnlyDirectory implements OpenDirectory {
  private final OpenDirectory directory;
  private final Errno refusal;

  /** Which entries are shown; null for all. */
  private final @Nullable Predicate<DirectoryEntry> visible;

  private final @Nullable OpenDirectory nonBlocking;

  ReadOnlyDirectory(OpenDirectory directory, Errno refusal) {
    this(directory, refusal, null);
  }

  ReadOnlyDirectory(
      OpenDirectory directory, Errno refusal, @Nullable Predicate<DirectoryEntry> visible) {
    this.directory = directory;
    this.refusal = refusal;
    this.visible = visible;
    OpenDirectory quick = directory.nonBlocking();
    nonBlocking = quick == null ? null : new ReadOnlyDirectory(refusal, visible, quick);
  }

  private ReadOnlyDirectory(
      Errno refusal,
      @Nullable Predicate<DirectoryEntry> visible,
      OpenDirectory nonBlockingDirectory) {
    this.directory = nonBlockingDirectory;
    this.refusal = refusal;
    this.visible = visible;
    this.nonBlocking = this;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    if (visible == null) {
      directory.read(cookie, attributes, visitor);
    } else {
      directory.read(cookie, attributes, entry -> !visible.test(entry) || visitor.visit(entry));
    }
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    if (visible == null) {
      directory.readNames(cookie, visitor);
    } else {
      OpenDirectory.super.readNames(cookie, visitor); // which asks read for the entries
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    return directory.stat();
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    directory.stat(into);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    if (!changes.isEmpty()) {
      throw new FsException(refusal);
    }
  }

  @Override
  public void sync() throws FsException {
    directory.sync();
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return nonBlocking;
  }

  @Override
  public void close() {
    directory.close();
  }
}
