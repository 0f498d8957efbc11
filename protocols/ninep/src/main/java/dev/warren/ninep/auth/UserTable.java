package dev.warren.ninep.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The users and groups in /etc/passwd and /etc/group, which are read at each lookup. */
final class UserTable {
  private final Path passwd;
  private final Path group;

  /** Reads this system's files. */
  UserTable() {
    this(Path.of("/etc/passwd"), Path.of("/etc/group"));
  }

  /** Reads other files in the same format. */
  UserTable(Path passwd, Path group) {
    this.passwd = passwd;
    this.group = group;
  }

  /** The user with a number. */
  Optional<User> byUid(int uid) throws IOException {
    return find(user -> user.uid() == uid);
  }

  /** The user with a name. */
  Optional<User> byName(String name) throws IOException {
    return find(user -> user.name().equals(name));
  }

  private Optional<User> find(Predicate<User> wanted) throws IOException {
    for (String line : lines(passwd)) {
      Optional<User> user = user(line).filter(wanted);
      if (user.isPresent()) {
        User found = user.get();
        return Optional.of(new User(found.name(), found.uid(), found.gid(), groups(found.name())));
      }
    }
    return Optional.empty();
  }

  /** The user in a line of /etc/passwd, without further groups; empty for an invalid line. */
  static Optional<User> user(String line) {
    String[] fields = line.split(":", -1);
    return fields.length >= 4 && isNumber(fields[2]) && isNumber(fields[3])
        ? Optional.of(
            new User(
                fields[0],
                Integer.parseUnsignedInt(fields[2]),
                Integer.parseUnsignedInt(fields[3]),
                List.of()))
        : Optional.empty();
  }

  private List<Integer> groups(String name) throws IOException {
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

  /** Whether a text is the number of a user or group. */
  static boolean isNumber(String text) {
    return text.matches("[0-9]{1,9}|[1-3][0-9]{9}|4[01][0-9]{8}");
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file, UTF_8);
    } catch (NoSuchFileException e) {
      return List.of(); // a container without user files
    } catch (MalformedInputException e) {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }
  }
}
