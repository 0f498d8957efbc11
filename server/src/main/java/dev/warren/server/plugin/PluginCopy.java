package dev.warren.server.plugin;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's jars as they were when it was loaded. Classes are read when they are first used, the
 * last of them when the plugin closes: by then somebody may have written a new version over the
 * jars, of which the JVM reads nonsense.
 */
final class PluginCopy {
  private static final Logger log = LoggerFactory.getLogger(PluginCopy.class);

  private final Path directory;
  private final List<Path> jars = new ArrayList<>();

  private PluginCopy(Path directory) {
    this.directory = directory;
  }

  /**
   * Copies jars to where the system keeps temporary files; they go with the process at the latest.
   */
  static PluginCopy of(PluginDirectory plugin) throws IOException {
    PluginCopy copy = new PluginCopy(Files.createTempDirectory("warren-plugin-"));
    copy.directory.toFile().deleteOnExit();
    try {
      for (PluginDirectory.Jar jar : plugin.jars()) {
        Path target = copy.directory.resolve(jar.path().getFileName());
        copy.jars.add(target);
        target.toFile().deleteOnExit();
        Files.copy(jar.path(), target);
      }
      return copy;
    } catch (IOException e) {
      copy.delete();
      throw e;
    }
  }

  /** For a class loader. */
  URL[] urls() {
    return jars.stream()
        .map(
            jar -> {
              try {
                return jar.toUri().toURL();
              } catch (IOException e) {
                throw new IllegalStateException(e); // file: is a known protocol
              }
            })
        .toArray(URL[]::new);
  }

  void delete() {
    try {
      for (Path jar : jars) {
        Files.deleteIfExists(jar);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      log.debug("{} stays", directory, e);
    }
  }
}
