package dev.warren.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.database.Databases;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.namespace.calls.CallPool;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.HostPluginContext;
import dev.warren.server.plugin.JarBuilder;
import dev.warren.server.plugin.PluginLoader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the plugin author's guide, built and used as a third party would. */
class ExamplePluginTest {
  private static final Path EXAMPLE = Path.of("../examples/plugin");
  private static final Path SOURCE =
      EXAMPLE.resolve("src/main/java/org/example/clockfs/ClockPlugin.java");
  private static final Path GUIDE = Path.of("../docs/plugin-author.md");

  @TempDir Path directory;

  @Test
  void guideShowsTheSourceAsItIs() throws IOException {
    String source = Files.readString(SOURCE);
    assertThat(source.lines().count()).isLessThan(60);
    assertThat(Files.readString(GUIDE)).contains("```java\n" + source + "```\n");
    assertThat(Files.readString(GUIDE))
        .contains(Files.readString(services()).strip())
        .contains("Warren-Api-Version");
  }

  private static Path services() {
    return EXAMPLE.resolve("src/main/resources/META-INF/services/dev.warren.api.Plugin");
  }

  @Test
  void isBuiltLoadedMountedAndUsed() throws Exception {
    String className = Files.readString(services()).strip();
    new JarBuilder()
        .source(className, Files.readString(SOURCE))
        .provider(className)
        .build(directory.resolve("plugins/clockfs/clockfs-1.0.jar"));
    PluginLoader loader = new PluginLoader(List.of());
    Path file =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            server: {plugin_dirs: ['%s']}
            plugins:
              clockfs: {path: /clock, config: {zone: Europe/Berlin}}
            """
                .formatted(directory.resolve("plugins")));
    HostConfig config =
        new ConfigurationReader(List.of(), loader::load, _ -> null, new Redactor()).read(file);
    InstanceSettings instance = config.instances().getFirst();

    try (Namespace namespace = new Namespace()) {
      FileSystem opened =
          instance
              .plugin()
              .open(
                  new HostPluginContext(
                      instance.plugin(),
                      instance.path(),
                      directory,
                      config::plugins,
                      Metrics.NONE,
                      new MemoryBudget(1 << 20, 1 << 20).open(),
                      DescriptorBudget.unlimited(),
                      new CallPool("test"),
                      new Databases()),
                  instance.config());
      namespace.mount(instance.path(), opened, MountDescription.of("clockfs"));

      assertThat(ZonedDateTime.parse(read(namespace, "/clock/now").strip()).getZone())
          .hasToString("Europe/Berlin");
      write(namespace, "Asia/Tokyo\n");
      assertThat(read(namespace, "/clock/zone")).isEqualTo("Asia/Tokyo\n");
      assertThatThrownBy(() -> write(namespace, "Mars/Olympus\n"))
          .hasMessageContaining("no time zone 'Mars/Olympus'");
    }
  }

  private static String read(FileSystem fileSystem, String path) throws FsException {
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    try (OpenFile file = fileSystem.open(VfsPath.parse(path), OpenOptions.READ, 0)) {
      file.read(buffer, 0);
    }
    return UTF_8.decode(buffer.flip()).toString();
  }

  private static void write(FileSystem fileSystem, String zone) throws FsException {
    try (OpenFile file = fileSystem.open(VfsPath.parse("/clock/zone"), OpenOptions.WRITE, 0)) {
      file.write(ByteBuffer.wrap(zone.getBytes(UTF_8)), 0);
    }
  }
}
