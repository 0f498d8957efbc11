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
 * A copy of a plugin's jars as they were when it was loaded. Classes are read when they are first
 * used, the last ones when the plugin closes. If the jars have been overwritten with a new version
 * by then, the JVM would read corrupt data from them.
 */
final class PluginCopy {
  private static final Logger log = LoggerFactory.getLogger(PluginCopy.class);

  private final Path directory;
  private final List<Path> jars = new ArrayList<>();

  private PluginCopy(Path directory) {
    this.directory = directory;
  }

  /**
   * Copies the jars to the system's directory for temporary files. They are deleted when the
   * process ends, at the latest.
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

  /** The URLs for a class loader. */
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
