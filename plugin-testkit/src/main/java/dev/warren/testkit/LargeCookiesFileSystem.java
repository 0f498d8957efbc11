package dev.warren.testkit;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * A file system whose directory cookies are those of another one plus 2^62, similar to hashes of
 * names on ext4: code that passes cookies on must not confuse them with its own, nor assume that
 * they are small.
 */
public final class LargeCookiesFileSystem extends ForwardingFileSystem {
  private static final long FIRST =
      OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT;

  /** Wraps a file system with small cookies; closing the wrapper closes it. */
  public LargeCookiesFileSystem(FileSystem delegate) {
    super(delegate);
  }

  @Override
  protected ForwardingFileSystem over(FileSystem view) {
    return new LargeCookiesFileSystem(view);
  }

  @Override
  public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    return delegate().find(path, into);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return new Directory(super.openDirectory(path));
  }

  private static final class Directory extends ForwardingOpenDirectory {
    Directory(OpenDirectory delegate) {
      super(delegate);
    }

    @Override
    protected OpenDirectory over(OpenDirectory view) {
      return new Directory(view);
    }

    @Override
    public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
      if (cookie != 0 && cookie <= FIRST) {
        throw new FsException(Errno.EINVAL, "not a cookie of this directory: " + cookie);
      }
      super.read(
          cookie == 0 ? 0 : cookie - FIRST,
          attributes,
          entry ->
              visitor.visit(
                  new DirectoryEntry(
                      entry.name(),
                      entry.type(),
                      entry.fileId(),
                      FIRST + entry.cookie(),
                      entry.attributes())));
    }
  }
}
