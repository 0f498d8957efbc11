package dev.warren.sftp.links;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text of a path into one without symbolic links, as the kernel does for OpenSSH's
 * server. The root is the user's: an absolute link starts there, and nothing leads above it.
 *
 * <p>Links are rare. So a path is tried as it is, and looked up name by name only where that meets
 * a link, or where the text holds {@code ..}, whose meaning depends on the links before it.
 */
public final class LinkResolver {
  /** How many links one look-up follows, as Linux: MAXSYMLINKS. */
  public static final int MAX_LINKS = 40;

  /**
   * How many names one look-up goes through, those of links among them: as many as the longest text
   * holds. Without an end, 40 links of thousands of names each cost seconds.
   */
  public static final int MAX_NAMES = 2048;

  /** The longest text of a path, in bytes: PATH_MAX without the NUL. */
  public static final int MAX_TEXT = 4095;

  private LinkResolver() {}

  /** Something to do with a path whose last name may be a link and is meant itself. */
  @FunctionalInterface
  public interface Operation<T> {
    /** Does it. ELOOP and ENOTDIR mean that nothing was done. */
    T on(VfsPath path) throws FsException;
  }

  /** Something to do with a path that has no result. */
  @FunctionalInterface
  public interface Action {
    /** Does it. ELOOP and ENOTDIR mean that nothing was done. */
    void on(VfsPath path) throws FsException;
  }

  /** Something to do with two paths. */
  @FunctionalInterface
  public interface TwoPathAction {
    /** Does it. ELOOP and ENOTDIR mean that nothing was done. */
    void on(VfsPath from, VfsPath to) throws FsException;
  }

  /**
   * A file that is no link.
   *
   * @param path where it is
   * @param attributes its attributes
   */
  public record Target(VfsPath path, FileAttributes attributes) {}

  /** Does something to the name itself; links are followed on the way only. */
  public static <T> T onName(FileSystem files, String text, Operation<T> operation)
      throws FsException {
    return on(files, text, false, false, operation);
  }

  /** Does something to two names themselves; links are followed on the way only. */
  public static void changeNames(FileSystem files, String from, String to, TwoPathAction action)
      throws FsException {
    changeName(files, from, source -> changeName(files, to, target -> action.on(source, target)));
  }

  /** Does something to the name itself, as {@link #onName}. */
  public static void changeName(FileSystem files, String text, Action action) throws FsException {
    VfsPath _ =
        on(
            files,
            text,
            false,
            true,
            path -> {
              action.on(path);
              return path;
            });
  }

  /** Does something to what the path leads to; a last name that is a link is followed too. */
  public static <T> T onTarget(FileSystem files, String text, Operation<T> operation)
      throws FsException {
    return on(files, text, true, false, operation);
  }

  /**
   * Tries the path as it is, and looks for links only where it fails as at one.
   *
   * @param changes whether it is the name that changes, which a slash behind it does not follow
   */
  private static <T> T on(
      FileSystem files, String text, boolean followLast, boolean changes, Operation<T> operation)
      throws FsException {
    boolean isDirectory = meansDirectory(text);
    if (isDirectory || hasDotDot(text)) {
      VfsPath path = resolve(files, text, followLast || (isDirectory && !changes));
      if (isDirectory) {
        requireDirectory(files, path, changes);
      }
      return operation.on(path);
    }
    VfsPath path = parse(text);
    try {
      return operation.on(path);
    } catch (FsException e) {
      if (!mayBeLink(e)) {
        throw e;
      }
      VfsPath resolved = resolve(files, text, followLast);
      if (resolved.equals(path)) {
        throw e;
      }
      return operation.on(resolved);
    }
  }

  /**
   * The file that a path leads to.
   *
   * @throws FsException ENOENT if there is none, ELOOP after {@value #MAX_LINKS} links
   */
  public static Target target(FileSystem files, String text) throws FsException {
    Target target = onTarget(files, text, path -> new Target(path, files.stat(path)));
    if (target.attributes().type() != FileType.SYMBOLIC_LINK) {
      return target;
    }
    VfsPath resolved = resolve(files, text, true);
    return new Target(resolved, files.stat(resolved));
  }

  /**
   * The path without links, {@code .} and {@code ..}. The last name need not exist, so that clients
   * can ask before they create; without a slash behind it, as OpenSSH's sftp-realpath.c.
   *
   * @throws FsException ENOENT, ELOOP after {@value #MAX_LINKS} links or {@value #MAX_NAMES} names
   */
  public static VfsPath canonical(FileSystem files, String text) throws FsException {
    if (!text.isEmpty() && !hasDotDot(text)) {
      VfsPath path = parse(text);
      if (isThereWithoutLinks(files, path)) {
        return path;
      }
    }
    return walk(files, text, true, !text.endsWith("/"));
  }

  private static boolean isThereWithoutLinks(FileSystem files, VfsPath path) throws FsException {
    try {
      return files.stat(path).type() != FileType.SYMBOLIC_LINK;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT || mayBeLink(e)) {
        return false;
      }
      throw e;
    }
  }

  private static VfsPath resolve(FileSystem files, String text, boolean followLast)
      throws FsException {
    return walk(files, text, followLast, true);
  }

  private static VfsPath walk(
      FileSystem files, String text, boolean followLast, boolean mayMissLast) throws FsException {
    checkLength(text);
    Deque<String> names = new ArrayDeque<>();
    push(names, text);
    VfsPath path = VfsPath.ROOT;
    int links = 0;
    int steps = 0;
    while (!names.isEmpty()) {
      if (++steps > MAX_NAMES) {
        throw new FsException(Errno.ELOOP, path);
      }
      String name = names.pop();
      if (name.equals("..")) {
        path = path.parentOrRoot();
        continue;
      }
      VfsPath next = path.resolve(name);
      if (names.isEmpty() && !followLast) {
        return next;
      }
      FileType type = typeOf(files, next, names.isEmpty() && mayMissLast);
      if (type == FileType.SYMBOLIC_LINK) {
        if (++links > MAX_LINKS) {
          throw new FsException(Errno.ELOOP, next);
        }
        String target = files.readlink(next);
        checkLength(target);
        path = target.startsWith("/") ? VfsPath.ROOT : path;
        push(names, target);
      } else if (type != null && type != FileType.DIRECTORY && !names.isEmpty()) {
        throw new FsException(Errno.ENOTDIR, next);
      } else {
        path = next;
      }
    }
    return path;
  }

  private static @Nullable FileType typeOf(FileSystem files, VfsPath path, boolean mayBeMissing)
      throws FsException {
    try {
      return files.stat(path).type();
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT && mayBeMissing) {
        return null;
      }
      throw e;
    }
  }

  /** Puts the names of a text before those that are left. */
  private static void push(Deque<String> names, String text) {
    for (String name : List.of(text.split("/", -1)).reversed()) {
      if (!name.isEmpty() && !name.equals(".")) {
        names.push(name);
      }
    }
  }

  private static VfsPath parse(String text) throws FsException {
    checkLength(text);
    if (text.isEmpty()) {
      throw new FsException(Errno.ENOENT, "an empty path");
    }
    return VfsPath.ROOT.resolveText(text);
  }

  private static void checkLength(String text) throws FsException {
    if (text.length() > MAX_TEXT || FileNames.encodedLength(text) > MAX_TEXT) {
      throw new FsException(Errno.ENAMETOOLONG);
    }
  }

  private static boolean hasDotDot(String text) {
    int at = text.indexOf("..");
    while (at >= 0) {
      boolean starts = at == 0 || text.charAt(at - 1) == '/';
      int end = at + 2;
      if (starts && (end == text.length() || text.charAt(end) == '/')) {
        return true;
      }
      at = text.indexOf("..", at + 1);
    }
    return false;
  }

  /** Whether a text can only be a directory's: it ends with a slash, or as if there were one. */
  private static boolean meansDirectory(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '/' || text.startsWith("/.", end - 2))) {
      end--;
    }
    return end > 0 && end < text.length();
  }

  /** As path_resolution(7) has it for a slash at the end; a name that is to be made need not be. */
  private static void requireDirectory(FileSystem files, VfsPath path, boolean mayBeMissing)
      throws FsException {
    FileType type = typeOf(files, path, mayBeMissing);
    if (type != null && type != FileType.DIRECTORY) {
      throw new FsException(Errno.ENOTDIR, path);
    }
  }

  private static boolean mayBeLink(FsException e) {
    return e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR;
  }
}
