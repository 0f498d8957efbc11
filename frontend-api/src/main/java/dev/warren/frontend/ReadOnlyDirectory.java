package dev.warren.frontend;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A directory opened through a view that forbids changes and may hide entries. */
final class ReadOnlyDirectory extends ForwardingOpenDirectory {
  private final Errno refusal;

  /** Which entries are shown; null for all. */
  private final @Nullable Predicate<DirectoryEntry> visible;

  ReadOnlyDirectory(OpenDirectory directory, Errno refusal) {
    this(directory, refusal, null);
  }

  ReadOnlyDirectory(
      OpenDirectory directory, Errno refusal, @Nullable Predicate<DirectoryEntry> visible) {
    super(directory);
    this.refusal = refusal;
    this.visible = visible;
  }

  @Override
  protected ForwardingOpenDirectory over(OpenDirectory view) {
    return new ReadOnlyDirectory(view, refusal, visible);
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    super.read(
        cookie,
        attributes,
        visible == null ? visitor : entry -> !visible.test(entry) || visitor.visit(entry));
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    if (visible == null) {
      delegate().readNames(cookie, visitor);
    } else {
      super.readNames(cookie, visitor); // the default calls read, which filters the entries
    }
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    delegate().stat(into);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    if (!changes.isEmpty()) {
      throw new FsException(refusal);
    }
  }
}
