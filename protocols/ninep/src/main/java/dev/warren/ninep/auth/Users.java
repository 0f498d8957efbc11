package dev.warren.ninep.auth;

import java.io.IOException;
import java.util.Optional;

/**
 * Who the users of this system are: those of /etc/passwd, and those that only its name service
 * knows. Reads files and may run programs, so it waits, though not for long. Thread-safe.
 */
public final class Users {
  private final UserTable table;
  private final NameService service;

  /** This system's users. */
  public Users() {
    this(new UserTable(), new NameService());
  }

  Users(UserTable table, NameService service) {
    this.table = table;
    this.service = service;
  }

  /**
   * The user of a number.
   *
   * @throws IOException if it cannot be told
   */
  public Optional<User> byUid(int uid) throws IOException {
    Optional<User> known = table.byUid(uid);
    return known.isPresent() ? known : service.byUid(uid);
  }

  /**
   * The user of a name.
   *
   * @throws IOException if it cannot be told
   */
  public Optional<User> byName(String name) throws IOException {
    Optional<User> known = table.byName(name);
    return known.isPresent() ? known : service.byName(name);
  }
}
