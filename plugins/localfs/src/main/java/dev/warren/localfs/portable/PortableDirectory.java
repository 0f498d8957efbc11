package dev.warren.localfs.portable;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An open directory, accessed by its name: java.nio.file cannot continue a listing from a position,
 * so the names are stored, each with its number as the cookie, and read again at each start.
 */
final class PortableDirectory implements OpenDirectory {
  private final PortableFileSystem fs;
  private final Path directory;
  private final VfsPath path;
  private final HostAttributes attributes;
  private final ReentrantLock reading = new ReentrantLock();
  private final TreeMap<Long, String> names = new TreeMap<>();
  private final Map<String, Long> cookies = new HashMap<>();
  private long lastCookie;
  private volatile boolean closed;

  PortableDirectory(
      PortableFileSystem fs, Path directory, VfsPath path, HostAttributes attributes) {
    this.fs = fs;
    this.directory = directory;
    this.path = path;
    this.attributes = attributes;
  }

  @Override
  public void read(long cookie, boolean wanted, Visitor visitor) throws FsException {
    reading.lock();
    try {
      requireOpen();
      if (cookie < 0 || cookie > lastCookie) {
        throw new FsException(Errno.EINVAL);
      }
      if (cookie == 0) {
        load();
      }
      for (Map.Entry<Long, String> entry : names.tailMap(cookie, false).entrySet()) {
        FileAttributes found = find(directory.resolve(entry.getValue()));
        if (found != null
            && !visitor.visit(
                new DirectoryEntry(
                    entry.getValue(),
                    found.type(),
                    found.fileId(),
                    entry.getKey(),
                    wanted ? found : null))) {
          return;
        }
      }
    } finally {
      reading.unlock();
    }
  }

  /** Entries that existed before keep their cookies. */
  private void load() throws FsException {
    requireDirectory();
    Set<String> gone = new HashSet<>(cookies.keySet());
    try (var entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        gone.remove(name);
        if (!cookies.containsKey(name)) {
          lastCookie++;
          cookies.put(name, lastCookie);
          names.put(lastCookie, name);
        }
      }
    } catch (IOException e) {
      throw Tree.failure(e, path);
    } catch (DirectoryIteratorException e) {
      IOException cause = e.getCause();
      throw Tree.failure(cause == null ? e : cause, path);
    }
    for (String name : gone) {
      names.remove(cookies.remove(name));
    }
  }

  /** Returns the attributes of an entry, null if it has been removed. */
  private @Nullable FileAttributes find(Path file) throws FsException {
    try {
      return attributes.read(file);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw Tree.failure(e, path);
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    requireDirectory();
    try {
      return attributes.read(directory);
    } catch (IOException e) {
      throw Tree.failure(e, path);
    }
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    if (fs.isReadOnly()) {
      throw new FsException(Errno.EROFS, path);
    }
    if (changes.size() != null) {
      throw new FsException(changes.size() < 0 ? Errno.EINVAL : Errno.EISDIR, path);
    }
    requireDirectory();
    try {
      attributes.change(directory, changes);
    } catch (IOException | UnsupportedOperationException e) {
      throw Tree.failure(e, path);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireDirectory() throws FsException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new FsException(Errno.ENOENT, path);
    }
  }

  private void requireOpen() throws FsException {
    if (closed || fs.isClosed()) {
      throw new FsException(Errno.EBADF, path);
    }
  }
}
