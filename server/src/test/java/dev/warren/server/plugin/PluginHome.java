package dev.warren.server.plugin;

import dev.warren.api.Plugin;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Installs plugins of the test's class path into directories, as in a distribution. */
public final class PluginHome {
  private PluginHome() {}

  /** Creates {@code plugins/<name>/<name>.jar} in a directory. */
  public static void install(Path home, String name, Class<? extends Plugin> plugin)
      throws IOException {
    Path jar =
        Files.createDirectories(home.resolve("plugins").resolve(name)).resolve(name + ".jar");
    Path origin = origin(plugin);
    if (Files.isRegularFile(origin)) {
      Files.copy(origin, jar);
    } else {
      pack(origin, jar); // the plugin's module was built in the same run, only up to the phase test
    }
  }

  private static Path origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .putValue(Plugin.API_VERSION_ATTRIBUTE, Integer.toString(Plugin.API_VERSION));
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        packed.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, packed);
        packed.closeEntry();
      }
    }
  }
}
