package dev.warren.sftp.session;

import dev.warren.sftp.wire.LongName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users and groups of this system, from {@code /etc/passwd} and {@code /etc/group}: lookups through
 * the C library took a third of the time of a listing. An immutable snapshot.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/passwd.5.html">passwd(5)</a>
 */
public final class SystemNames implements LongName.OwnerNames {
  private static final Logger LOG = LoggerFactory.getLogger(SystemNames.class);

  private final Map<Integer, String> users = new HashMap<>();
  private final Map<Integer, String> groups = new HashMap<>();
  private final Map<String, Identity> identities = new HashMap<>();

  /**
   * The numbers of a user.
   *
   * @param uid user number
   * @param gid number of the primary group
   * @param groups numbers of the other groups
   */
  public record Identity(int uid, int gid, List<Integer> groups) {
    public Identity {
      groups = List.copyOf(groups);
    }
  }

  private SystemNames() {}

  /** Reads the system's files; missing files and invalid lines are skipped. */
  public static SystemNames load() {
    return load(Path.of("/etc/passwd"), Path.of("/etc/group"));
  }

  static SystemNames load(Path passwd, Path group) {
    SystemNames names = new SystemNames();
    Map<String, List<Integer>> memberships = new HashMap<>();
    for (String[] fields : fields(group, 4)) {
      Integer gid = number(fields[2]);
      if (gid != null) {
        names.groups.putIfAbsent(gid, fields[0]);
        for (String member : fields[3].split(",", -1)) {
          memberships.computeIfAbsent(member, m -> new ArrayList<>()).add(gid);
        }
      }
    }
    for (String[] fields : fields(passwd, 7)) {
      Integer uid = number(fields[2]);
      Integer gid = number(fields[3]);
      if (uid != null && gid != null) {
        names.users.putIfAbsent(uid, fields[0]);
        List<Integer> further = memberships.getOrDefault(fields[0], List.of());
        names.identities.putIfAbsent(fields[0], new Identity(uid, gid, further));
      }
    }
    return names;
  }

  private static List<String[]> fields(Path file, int count) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length >= count)
          .toList();
    } catch (IOException e) {
      LOG.debug("no names from {}", file, e);
      return List.of();
    }
  }

  private static @Nullable Integer number(String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public String user(int uid) {
    String name = users.get(uid);
    return name == null ? Integer.toUnsignedString(uid) : name;
  }

  @Override
  public String group(int gid) {
    String name = groups.get(gid);
    return name == null ? Integer.toUnsignedString(gid) : name;
  }

  /** The numbers of a user of this system, or null. */
  public @Nullable Identity identity(String user) {
    return identities.get(user);
  }
}
