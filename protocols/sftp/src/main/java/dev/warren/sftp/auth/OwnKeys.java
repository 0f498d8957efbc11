package dev.warren.sftp.auth;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public halves of one's own keys: {@code *.pub} in a directory, but no certificates. */
public final class OwnKeys implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(OwnKeys.class);
  private static final int MAX_FILES = 64;

  private final Path directory;
  private final Map<Path, KeyFile> files = new ConcurrentHashMap<>();

  /** The keys in a directory, usually {@code ~/.ssh}, which need not exist. */
  public OwnKeys(Path directory) {
    this.directory = directory;
  }

  @Override
  public List<AuthorizedKey> keys() {
    List<AuthorizedKey> keys = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.pub")) {
      for (Path file : found) {
        if (files.size() < MAX_FILES && !file.getFileName().toString().endsWith("-cert.pub")) {
          files.computeIfAbsent(file, KeyFile::new);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      LOG.warn("cannot list {}: {}", directory, e.toString());
      return List.of();
    }
    files.values().forEach(file -> keys.addAll(file.keys()));
    return keys;
  }
}
