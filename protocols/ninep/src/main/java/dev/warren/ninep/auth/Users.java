package dev.warren.ninep.auth;

import java.io.IOException;
import java.util.Optional;

/**
 * The users of this system: those in /etc/passwd, and those that only its name service knows.
 * Blocking, but not for long: reads files and may run programs. Thread-safe.
 */
public final class Users {
  private final UserTable table;
  private final NameService service;

  /** Looks up this system's users. */
  public Users() {
    this(new UserTable(), new NameService());
  }

  Users(UserTable table, NameService service) {
    this.table = table;
    this.service = service;
  }

  /**
   * The user with a number.
   *
   * @throws IOException if the lookup fails
   */
  public Optional<User> byUid(int uid) throws IOException {
    Optional<User> known = table.byUid(uid);
    return known.isPresent() ? known : service.byUid(uid);
  }

  /**
   * The user with a name.
   *
   * @throws IOException if the lookup fails
   */
  public Optional<User> byName(String name) throws IOException {
    Optional<User> known = table.byName(name);
    return known.isPresent() ? known : service.byName(name);
  }
}
