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
 * The system's users wherever they are kept (LDAP, systemd-homed), as the C library's name service
 * switch knows them: getent(1) and id(1) are asked, a few at a time and not for long, and what they
 * say is kept for a while. A service that does not answer is left alone for a minute. Thread-safe;
 * its calls wait, for no longer than about twice the time limit.
 */
final class NameService {
  /** How long a program may run, and how long to wait for a turn. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int AT_ONCE = 4;
  private static final int MOST_KEPT = 1024;
  private static final long KEEP_KNOWN = Duration.ofMinutes(5).toNanos();
  private static final long KEEP_OTHER = Duration.ofMinutes(1).toNanos();
  private static final int LONGEST_ANSWER = 1 << 20;

  /** What getent(1) exits with for a key that it does not find. */
  private static final int NOT_FOUND = 2;

  /** As useradd(8) allows, and domains; so it is neither a number nor an option. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.@\\\\+-]{0,255}\\$?");

  private static final Logger log = LoggerFactory.getLogger(NameService.class);

  private record Kept(Optional<User> user, long until) {}

  private final String getent;
  private final String id;
  private final LongSupplier nanoTime;
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final Map<String, Kept> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MOST_KEPT;
        }
      };
  private boolean resting;
  private long restsUntil;

  /** This system's. */
  NameService() {
    this("getent", "id", System::nanoTime);
  }

  /** Asks other programs. */
  NameService(String getent, String id, LongSupplier nanoTime) {
    this.getent = getent;
    this.id = id;
    this.nanoTime = nanoTime;
  }

  /**
   * The user of a number.
   *
   * @throws IOException if the service does not answer
   */
  Optional<User> byUid(int uid) throws IOException {
    String key = Integer.toUnsignedString(uid);
    return find(key).filter(user -> user.uid() == uid);
  }

  /**
   * The user of a name.
   *
   * @throws IOException if the service does not answer
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
        throw new IOException("the system's name service has not answered lately");
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
      log.warn("users that /etc/passwd does not have are not known for now: {}", e.getMessage());
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
      if (!turns.tryAcquire(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("too many users are looked up");
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
      turns.release();
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

  /** The first line that a program says; empty where it finds nothing, or is not there at all. */
  private static Optional<String> run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      log.debug("{}", e.getMessage());
      return Optional.empty(); // a system without it
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
