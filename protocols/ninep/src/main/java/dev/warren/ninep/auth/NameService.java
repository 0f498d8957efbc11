package dev.warren.ninep.auth;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up users wherever the system keeps them (LDAP, systemd-homed), through the C library's name
 * service switch: runs getent(1) and id(1), a few at a time and with a time limit, and caches the
 * results. After a failure the service is not used for a minute. Thread-safe. Its calls block, at
 * most for about twice the time limit.
 */
final class NameService {
  /** How long a program may run, and how long to wait for a permit to run one. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int AT_ONCE = 4;
  private static final int MOST_KEPT = 1024;
  private static final long KEEP_KNOWN = Duration.ofMinutes(5).toNanos();
  private static final long KEEP_OTHER = Duration.ofMinutes(1).toNanos();
  private static final int LONGEST_ANSWER = 1 << 20;

  /** The exit status of getent(1) for a key that it does not find. */
  private static final int NOT_FOUND = 2;

  /** As useradd(8) allows, and with domains. Such a name is neither a number nor an option. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.@\\\\+-]{0,255}\\$?");

  private static final Logger log = LoggerFactory.getLogger(NameService.class);

  private record Kept(Optional<User> user, long until) {}

  private final String getent;
  private final String id;
  private final LongSupplier nanoTime;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final Map<String, Kept> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MOST_KEPT;
        }
      };
  private boolean resting;
  private long restsUntil;

  /** Uses this system's programs. */
  NameService() {
    this("getent", "id", System::nanoTime);
  }

  /** Uses the given programs. */
  NameService(String getent, String id, LongSupplier nanoTime) {
    this.getent = getent;
    this.id = id;
    this.nanoTime = nanoTime;
  }

  /**
   * The user with a number.
   *
   * @throws IOException if the name service fails
   */
  Optional<User> byUid(int uid) throws IOException {
    String key = Integer.toUnsignedString(uid);
    return find(key).filter(user -> user.uid() == uid);
  }

  /**
   * The user with a name.
   *
   * @throws IOException if the name service fails
   */
  Optional<User> byName(String name) throws IOException {
    return NAME.matcher(name).matches() ? find(name) : Optional.empty();
  }

  private Optional<User> find(String key) throws IOException {
    synchronized (this) {
      Kept known = kept.get(key);
      if (known != null && known.until - nanoTime.getAsLong() > 0) {
        return known.user;
      }
      if (resting && restsUntil - nanoTime.getAsLong() > 0) {
        throw new IOException("the system's name service failed recently");
      }
      resting = false;
    }
    Optional<User> user;
    try {
      user = look(key);
    } catch (IOException e) {
      synchronized (this) {
        resting = true;
        restsUntil = nanoTime.getAsLong() + KEEP_OTHER;
      }
      log.warn("users that are not in /etc/passwd cannot be looked up for now: {}", e.getMessage());
      throw e;
    }
    synchronized (this) {
      long keep = user.isPresent() ? KEEP_KNOWN : KEEP_OTHER;
      kept.put(key, new Kept(user, nanoTime.getAsLong() + keep));
    }
    return user;
  }

  private Optional<User> look(String key) throws IOException {
    try {
      if (!permits.tryAcquire(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("too many user lookups at the same time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    try {
      Optional<User> user = run(getent, "passwd", key).flatMap(UserTable::user);
      return user.isEmpty() || !NAME.matcher(user.get().name()).matches()
          ? Optional.empty()
          : Optional.of(withGroups(user.get()));
    } finally {
      permits.release();
    }
  }

  private User withGroups(User user) throws IOException {
    List<Integer> groups = new ArrayList<>();
    for (String number : run(id, "-G", user.name()).orElse("").split("\\s+", -1)) {
      if (UserTable.isNumber(number) && Integer.parseUnsignedInt(number) != user.gid()) {
        groups.add(Integer.parseUnsignedInt(number));
      }
    }
    return new User(user.name(), user.uid(), user.gid(), groups);
  }

  /** The first line of a program's output; empty if it finds nothing or is not installed. */
  private static Optional<String> run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      log.debug("{}", e.getMessage());
      return Optional.empty(); // not installed
    }
    CompletableFuture<Void> overdue =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(LIMIT.toNanos(), TimeUnit.NANOSECONDS));
    try (OutputStream _ = process.getOutputStream();
        InputStream said = process.getInputStream()) {
      String text = new String(said.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status > NOT_FOUND) {
        throw new IOException("%s ended with status %d".formatted(command[0], status));
      }
      return status == 0 ? text.lines().findFirst() : Optional.empty();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      overdue.cancel(false);
    }
  }
}
