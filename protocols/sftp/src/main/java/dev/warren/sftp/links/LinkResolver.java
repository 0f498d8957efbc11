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
 * Resolves the text of a path to a path without symbolic links, as the kernel does for OpenSSH's
 * server. The root is the user's: an absolute link starts there, and no path leads above it.
 *
 * <p>Links are rare. So a path is first tried as it is. It is resolved name by name only if that
 * fails at a link, or if the text contains {@code ..}, whose meaning depends on the links before
 * it.
 */
public final class LinkResolver {
  /** Maximum number of links that one lookup follows, as on Linux: MAXSYMLINKS. */
  public static final int MAX_LINKS = 40;

  /**
   * Maximum number of names that one lookup resolves, including those in links: as many as the
   * longest text contains. Without a limit, 40 links of thousands of names each would take seconds.
   */
  public static final int MAX_NAMES = 2048;

  /** Maximum length of a path's text, in bytes: PATH_MAX without the NUL. */
  public static final int MAX_TEXT = 4095;

  private LinkResolver() {}

  /** An operation on a path whose last name is not followed if it is a link. */
  @FunctionalInterface
  public interface Operation<T> {
    /** Performs the operation. ELOOP and ENOTDIR mean that nothing was done. */
    T on(VfsPath path) throws FsException;
  }

  /** An operation on a path, without a result. */
  @FunctionalInterface
  public interface Action {
    /** Performs the operation. ELOOP and ENOTDIR mean that nothing was done. */
    void on(VfsPath path) throws FsException;
  }

  /** An operation on two paths. */
  @FunctionalInterface
  public interface TwoPathAction {
    /** Performs the operation. ELOOP and ENOTDIR mean that nothing was done. */
    void on(VfsPath from, VfsPath to) throws FsException;
  }

  /**
   * A file that is not a link.
   *
   * @param path the path of the file, without links
   * @param attributes its attributes
   */
  public record Target(VfsPath path, FileAttributes attributes) {}

  /**
   * Performs an operation on the name itself: links in the path are followed, except at its end.
   */
  public static <T> T onName(FileSystem files, String text, Operation<T> operation)
      throws FsException {
    return on(files, text, false, false, operation);
  }

  /**
   * Performs an operation on two names themselves: links are followed, except at the paths' ends.
   */
  public static void changeNames(FileSystem files, String from, String to, TwoPathAction action)
      throws FsException {
    changeName(files, from, source -> changeName(files, to, target -> action.on(source, target)));
  }

  /** Performs an operation that changes the name itself, as {@link #onName}. */
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

  /**
   * Performs an operation on the file that the path leads to; a link at its end is followed too.
   */
  public static <T> T onTarget(FileSystem files, String text, Operation<T> operation)
      throws FsException {
    return on(files, text, true, false, operation);
  }

  /**
   * Tries the path as it is, and resolves links only if that fails as it would at a link.
   *
   * @param changes whether the operation changes the name itself, so that a trailing slash does not
   *     make a link be followed
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
   * can call this before they create it, unless a slash follows it, as in OpenSSH's
   * sftp-realpath.c.
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

  /** Puts the names of a text in front of the remaining ones. */
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

  /** Whether a text can only refer to a directory: it ends with a slash or an equivalent. */
  private static boolean meansDirectory(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '/' || text.startsWith("/.", end - 2))) {
      end--;
    }
    return end > 0 && end < text.length();
  }

  /**
   * Checks a path with a trailing slash, as path_resolution(7) requires; a name to be created may
   * be missing.
   */
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
