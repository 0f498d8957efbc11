package dev.warren.sftp.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys from a file, read again when it has changed, so that a key can be added or taken away while
 * the host runs. A file that others can write holds no keys: OpenSSH's StrictModes.
 */
public final class KeyFile implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
  private static final long MAX_BYTES = 4 << 20;

  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Stamp stamp;
  private List<AuthorizedKey> keys = List.of();

  private record Stamp(FileTime modified, long size, Object fileKey) {}

  /** Keys from a file that need not exist. */
  public KeyFile(Path path) {
    this.path = path;
  }

  @Override
  public List<AuthorizedKey> keys() {
    lock.lock();
    try {
      PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
      Stamp now = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      if (!now.equals(stamp)) {
        keys = read(attributes);
        stamp = now;
      }
      return keys;
    } catch (NoSuchFileException e) {
      stamp = null;
      return List.of();
    } catch (IOException e) {
      LOG.warn("cannot read keys from {}: {}", path, e.toString());
      stamp = null;
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private List<AuthorizedKey> read(PosixFileAttributes attributes) throws IOException {
    Set<PosixFilePermission> permissions = attributes.permissions();
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      LOG.warn("keys in {} are not used: others can write the file (chmod go-w)", path);
      return List.of();
    }
    if (attributes.size() > MAX_BYTES) {
      LOG.warn("keys in {} are not used: the file is over {} bytes", path, MAX_BYTES);
      return List.of();
    }
    String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    AuthorizedKeys parsed = AuthorizedKeys.parse(text);
    parsed.problems().forEach(problem -> LOG.warn("{}, {}", path, problem));
    return parsed.keys();
  }
}
