package dev.warren.localfs.portable;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import dev.warren.localfs.common.Numbering;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attributes as the host provides them: all of stat(2) on Unix hosts, otherwise type, size and
 * times.
 */
final class HostAttributes {
  // By name, because "*" also looks up the names of owner and group, which takes long.
  private static final String UNIX_ATTRIBUTES =
      "unix:mode,uid,gid,nlink,size,dev,ino,lastAccessTime,lastModifiedTime,ctime,creationTime";

  private final boolean unix;
  private final long rootDevice;

  HostAttributes(Path root) throws IOException {
    unix = Files.getFileStore(root).supportsFileAttributeView("unix") || hasUnixView(root);
    rootDevice = unix ? (Long) Files.getAttribute(root, "unix:dev") : 0;
  }

  private static boolean hasUnixView(Path root) {
    return root.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** Whether permissions and owners are available. */
  boolean isUnix() {
    return unix;
  }

  FileAttributes read(Path file) throws IOException {
    return unix
        ? ofUnix(Files.readAttributes(file, UNIX_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS))
        : ofAny(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
  }

  private FileAttributes ofUnix(Map<String, Object> values) throws FsException {
    int mode = value(values, "mode", Integer.class);
    long size = value(values, "size", Long.class);
    long device = value(values, "dev", Long.class);
    FileAttributes.Builder builder =
        FileAttributes.builder(FileType.ofMode(mode))
            .permissions(mode)
            .owner(value(values, "uid", Integer.class), value(values, "gid", Integer.class))
            .linkCount(value(values, "nlink", Integer.class))
            .fileId(Numbering.fileId(rootDevice, device, value(values, "ino", Long.class)));
    return times(
        builder,
        size,
        value(values, "lastAccessTime", FileTime.class),
        value(values, "lastModifiedTime", FileTime.class),
        value(values, "ctime", FileTime.class),
        value(values, "creationTime", FileTime.class));
  }

  private static <T> T value(Map<String, Object> values, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(values.get(name), name));
  }

  private static FileAttributes ofAny(BasicFileAttributes values) {
    FileType type =
        values.isDirectory()
            ? FileType.DIRECTORY
            : values.isSymbolicLink()
                ? FileType.SYMBOLIC_LINK
                : values.isRegularFile() ? FileType.REGULAR : FileType.CHARACTER_DEVICE;
    Object key = values.fileKey();
    FileAttributes.Builder builder =
        FileAttributes.builder(type)
            .permissions(values.isDirectory() ? 0755 : 0644)
            .fileId(key == null ? 0 : key.hashCode());
    return times(
        builder,
        values.size(),
        values.lastAccessTime(),
        values.lastModifiedTime(),
        values.lastModifiedTime(),
        values.creationTime());
  }

  private static FileAttributes times(
      FileAttributes.Builder builder,
      long size,
      FileTime access,
      FileTime modify,
      FileTime change,
      FileTime birth) {
    Instant a = access.toInstant();
    Instant m = modify.toInstant();
    Instant c = change.toInstant();
    Instant b = birth.toInstant();
    return builder
        .size(size)
        .accessTime(a.getEpochSecond(), a.getNano())
        .modifyTime(m.getEpochSecond(), m.getNano())
        .changeTime(c.getEpochSecond(), c.getNano())
        .birthTime(b.getEpochSecond(), b.getNano())
        .version(
            Numbering.version(
                m.getEpochSecond(), m.getNano(), c.getEpochSecond(), c.getNano(), size))
        .build();
  }

  /** Applies all changes except the size. */
  void change(Path file, AttributeChanges changes) throws IOException {
    if (changes.uid() != null) {
      set(file, "unix:uid", changes.uid());
    }
    if (changes.gid() != null) {
      set(file, "unix:gid", changes.gid());
    }
    if (changes.permissions() != null) {
      if (Files.isSymbolicLink(file)) {
        throw new FsException(Errno.EOPNOTSUPP);
      }
      set(file, "unix:mode", changes.permissions());
    }
    if (changes.accessTime() != null || changes.modifyTime() != null) {
      Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(time(changes.modifyTime()), time(changes.accessTime()), null);
    }
  }

  private void set(Path file, String attribute, int value) throws IOException {
    if (!unix) {
      throw new FsException(Errno.EOPNOTSUPP);
    }
    try {
      Files.setAttribute(file, attribute, value, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      // Java has no exception for EPERM, the error that the system returns for these changes.
      throw new FsException(Errno.EPERM, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable FileTime time(@Nullable TimeChange change) {
    return change == null
        ? null
        : FileTime.from(
            change.now() ? Instant.now() : Instant.ofEpochSecond(change.seconds(), change.nanos()));
  }

  /** Gives a new file the requested permissions, whatever the umask. */
  void permit(Path file, int permissions) throws IOException {
    if (unix) {
      int inherited =
          Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
              ? (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 02000
              : 0;
      set(file, "unix:mode", permissions | inherited);
    }
  }
}
