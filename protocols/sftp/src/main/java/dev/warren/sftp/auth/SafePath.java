package dev.warren.sftp.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that no other user can change a file, as OpenSSH's StrictModes does: the file and all
 * directories above it belong to root or an allowed owner, and no one else can write them. A
 * directory that everyone can write is accepted if it is sticky, like /tmp: others cannot replace
 * the owner's files in it.
 */
final class SafePath {
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int STICKY = 01000;

  private SafePath() {}

  /**
   * Why a file is not to be trusted, and what to do about it; null if it can be trusted.
   *
   * @param owners numbers of users, besides root, that it may belong to
   * @throws IOException if the attributes of the file or of a directory above it cannot be read
   */
  static @Nullable String problem(Path file, Set<Integer> owners) throws IOException {
    Path real = file.toRealPath();
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      return real + " is not a regular file";
    }
    String problem = problem(real, owners, false);
    for (Path above = real.getParent(); problem == null && above != null; ) {
      problem = problem(above, owners, true);
      above = above.getParent();
    }
    return problem;
  }

  private static @Nullable String problem(Path path, Set<Integer> owners, boolean directory)
      throws IOException {
    Map<String, Object> found = Files.readAttributes(path, "unix:uid,mode");
    int uid = number(found.get("uid"));
    int mode = number(found.get("mode"));
    if (uid != 0 && !owners.contains(uid)) {
      return "%s belongs to user %d, who is not allowed to own it (chown it)".formatted(path, uid);
    }
    boolean sticky = directory && (mode & STICKY) != 0;
    return (mode & WRITABLE_BY_OTHERS) != 0 && !sticky
        ? "others can write %s (chmod go-w)".formatted(path)
        : null;
  }

  private static int number(@Nullable Object value) throws IOException {
    if (value instanceof Integer number) {
      return number;
    }
    throw new IOException("files have no owners and modes here");
  }
}
