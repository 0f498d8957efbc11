package dev.warren.sftp.auth;

import dev.warren.api.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A user's own keys: the public keys {@code *.pub} in a directory that also contains their private
 * keys, without certificates.
 */
public final class OwnKeys implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(OwnKeys.class);
  private static final String SUFFIX = ".pub";
  private static final int MAX_FILES = 64;

  private final Path directory;
  private final Map<Path, KeyFile> files = new ConcurrentHashMap<>();

  /**
   * The public keys in the directory.
   *
   * @param own files of public keys that may log in
   * @param others files without the private key, whose keys may belong to other people
   */
  public record Found(List<Path> own, List<Path> others) {
    public Found {
      own = List.copyOf(own);
      others = List.copyOf(others);
    }
  }

  /** Reads the keys in a directory, usually {@code ~/.ssh}, which need not exist. */
  public OwnKeys(Path directory) {
    this.directory = directory;
  }

  @Override
  public List<AuthorizedKey> keys() {
    return own().values().stream().flatMap(List::stream).toList();
  }

  /** Lists the files, for display. */
  public Found find() {
    List<Path> own = List.copyOf(own().keySet());
    return new Found(own, files().stream().filter(file -> !own.contains(file)).toList());
  }

  private Map<Path, List<AuthorizedKey>> own() {
    Map<Path, List<AuthorizedKey>> own = new TreeMap<>();
    for (Path file : files()) {
      List<AuthorizedKey> keys =
          files.computeIfAbsent(file, KeyFile::new).keys().stream()
              .filter(key -> PrivateKeyFile.isBeside(file, key.key()))
              .toList();
      if (!keys.isEmpty()) {
        own.put(file, keys);
      }
    }
    return own;
  }

  private List<Path> files() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> shown = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : shown) {
        boolean certificate = file.getFileName().toString().endsWith("-cert" + SUFFIX);
        if (found.size() < MAX_FILES && !certificate) {
          found.add(file);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      LOG.debug("no keys in {}", directory, e);
    } catch (IOException e) {
      LOG.warn("cannot list the keys in {}: {}", directory, Reason.of(e));
    }
    files.keySet().retainAll(found);
    found.sort(null);
    return found;
  }
}
