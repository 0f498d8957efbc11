package dev.warren.sftp.auth;

import dev.warren.api.HostUser;
import dev.warren.api.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys from a file, which is read again when it has changed, so that keys can be added and removed
 * while the host runs. The keys in a file that others can change or replace are not used: see
 * {@link SafePath}, which is checked each time, because directories change without the file.
 */
public final class KeyFile implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
  private static final long MAX_BYTES = 4 << 20;

  private final Path path;
  private final Set<Integer> owners;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Map<String, Object> stamp;
  private List<AuthorizedKey> keys = List.of();

  /** The problem logged last; empty for none. */
  private String said = "";

  /** Keys from a file of the host's own user or root, which need not exist. */
  public KeyFile(Path path) {
    this(path, Set.of());
  }

  /**
   * Keys from a file that need not exist.
   *
   * @param owners users, besides root and the host's own user, that the file may belong to
   */
  public KeyFile(Path path, Set<Integer> owners) {
    this.path = path.toAbsolutePath();
    Set<Integer> all = new HashSet<>(owners);
    all.add(HostUser.current().uid());
    this.owners = Set.copyOf(all);
  }

  @Override
  public List<AuthorizedKey> keys() {
    lock.lock();
    try {
      String problem = SafePath.problem(path, owners);
      if (problem == null) {
        // Includes ctime, because tools can reset the time of the last modification.
        Map<String, Object> now =
            Files.readAttributes(path, "unix:size,lastModifiedTime,ctime,fileKey");
        if (!now.equals(stamp)) {
          keys = read();
          stamp = now;
        }
        said = "";
        return keys;
      }
      say(problem);
      return none();
    } catch (NoSuchFileException e) {
      said = "";
      return none();
    } catch (IOException e) {
      say(Reason.of(e));
      return none();
    } finally {
      lock.unlock();
    }
  }

  private List<AuthorizedKey> none() {
    stamp = null;
    return List.of();
  }

  private void say(String problem) {
    if (!problem.equals(said)) {
      LOG.warn("keys in {} are not used: {}", path, problem);
      said = problem;
    }
  }

  private List<AuthorizedKey> read() throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      LOG.warn("keys in {} are not used: the file is over {} bytes", path, MAX_BYTES);
      return List.of();
    }
    String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    AuthorizedKeys parsed = AuthorizedKeys.parse(text);
    parsed.problems().forEach(problem -> LOG.warn("{}, {}", path, problem));
    return parsed.keys();
  }
}
