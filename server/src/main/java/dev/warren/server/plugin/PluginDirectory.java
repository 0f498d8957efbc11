package dev.warren.server.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with one plugin's jars. Two are equal if their jars are the same unchanged files; a
 * reload then does not load them again.
 *
 * @param directory the directory
 * @param jars its jars, sorted by name
 */
record PluginDirectory(Path directory, List<Jar> jars) {
  /** A jar as it was found. */
  record Jar(Path path, long size, FileTime modified) {}

  PluginDirectory {
    jars = List.copyOf(jars);
  }

  /**
   * Returns the plugin directories at a path: the directory itself if it contains jars, and each
   * subdirectory that does.
   */
  static List<PluginDirectory> at(Path root) throws IOException {
    List<PluginDirectory> found = new ArrayList<>();
    PluginDirectory self = of(root);
    if (!self.jars().isEmpty()) {
      found.add(self);
    }
    try (Stream<Path> children = Files.list(root)) {
      for (Path child : children.filter(Files::isDirectory).sorted().toList()) {
        PluginDirectory candidate = of(child);
        if (!candidate.jars().isEmpty()) {
          found.add(candidate);
        }
      }
    }
    return found;
  }

  private static PluginDirectory of(Path directory) throws IOException {
    List<Jar> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(new Jar(file, Files.size(file), Files.getLastModifiedTime(file)));
      }
    }
    return new PluginDirectory(directory, jars);
  }

  /** The directory's own name. */
  String name() {
    return String.valueOf(directory.getFileName());
  }
}
