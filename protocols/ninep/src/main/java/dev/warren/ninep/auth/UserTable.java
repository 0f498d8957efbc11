package dev.warren.ninep.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The users and groups in /etc/passwd and /etc/group. Users from elsewhere (LDAP) are known by
 * their number only.
 */
public final class UserTable {
  /**
   * One user.
   *
   * @param name login name
   * @param uid user number
   * @param gid number of the login group
   */
  public record User(String name, int uid, int gid) {}

  private final Path passwd;
  private final Path group;

  /** This system's users. */
  public UserTable() {
    this(Path.of("/etc/passwd"), Path.of("/etc/group"));
  }

  /** Users in other files of the same form. */
  UserTable(Path passwd, Path group) {
    this.passwd = passwd;
    this.group = group;
  }

  /** The user of a number. Reads the table. */
  public Optional<User> byUid(int uid) throws IOException {
    return find(user -> user.uid() == uid);
  }

  /** The user of a name. Reads the table. */
  public Optional<User> byName(String name) throws IOException {
    return find(user -> user.name().equals(name));
  }

  /** The further groups of a user. Reads the table. */
  public List<Integer> groups(String name) throws IOException {
    List<Integer> groups = new ArrayList<>();
    for (String line : lines(group)) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 4
          && isNumber(fields[2])
          && List.of(fields[3].split(",", -1)).contains(name)) {
        groups.add(Integer.parseUnsignedInt(fields[2]));
      }
    }
    return groups;
  }

  private Optional<User> find(Predicate<User> wanted) throws IOException {
    for (String line : lines(passwd)) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 4 && isNumber(fields[2]) && isNumber(fields[3])) {
        User user =
            new User(
                fields[0],
                Integer.parseUnsignedInt(fields[2]),
                Integer.parseUnsignedInt(fields[3]));
        if (wanted.test(user)) {
          return Optional.of(user);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isNumber(String field) {
    return field.matches("[0-9]{1,9}|[1-3][0-9]{9}|4[01][0-9]{8}");
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file, UTF_8);
    } catch (NoSuchFileException e) {
      return List.of(); // a container without users: everyone is their number
    } catch (MalformedInputException e) {
      return Files.readAllLines(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
  }
}
