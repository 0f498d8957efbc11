package dev.warren.server.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.VfsPath;
import dev.warren.database.Databases;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.metrics.HostMetrics;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that open successfully but whose path is taken by then. */
class MountReconcilerTest {
  private static final VfsPath PLACE = TestFiles.path("/a");

  @TempDir Path state;
  private final RecordingPlugin plugin = new RecordingPlugin();
  private final PluginSet plugins = TestPlugins.of(plugin);
  private final MemoryBudget memory = new MemoryBudget(1 << 20, 1 << 20);
  private final Namespace namespace = new Namespace();
  private MountReconciler mounts;

  @BeforeEach
  void make() {
    mounts =
        new MountReconciler(
            namespace,
            state,
            settings -> Duration.ZERO,
            new HostMetrics(),
            memory,
            DescriptorBudget.unlimited(),
            new Databases(),
            (settings, ordinary) -> ordinary,
            change -> {
              change.run();
              return true;
            });
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  private InstanceSettings instance() {
    var found = plugins.find("recording").orElseThrow();
    return new InstanceSettings(
        found, "first", PLACE, found.configSpec().parse(Map.of()).orThrow());
  }

  /** Mounts something else at the path meanwhile. */
  private void takePlace() throws FsException {
    namespace.mount(PLACE, new MemoryFileSystem(), MountDescription.of("memfs"));
  }

  @Test
  void anInstanceThatTheNamespaceRefusesIsClosed() throws Exception {
    takePlace();
    assertThat(mounts.apply(List.of(instance()), plugins)).isTrue();
    assertThat(plugin.events).containsExactly("open /a", "close /a");
    assertThat(mounts.unableBecause(PLACE)).isNull();
    assertThat(namespace.stat(PLACE).isDirectory()).as("what is there stays").isTrue();
  }

  @Test
  void anInstanceOfACommandThatTheNamespaceRefusesIsClosed() throws Exception {
    takePlace();
    assertThatThrownBy(() -> mounts.mount(instance())).isInstanceOf(FsException.class);
    assertThat(plugin.events).containsExactly("open /a", "close /a");
    assertThat(mounts.isMounted(PLACE)).isFalse();
  }

  @Test
  void anInstanceIsClosedIfTheNamespaceWasClosedMeanwhile() throws Exception {
    plugin.whileOpening = namespace::close;
    assertThat(mounts.apply(List.of(instance()), plugins)).isTrue();
    assertThat(plugin.events).containsExactly("open /a", "close /a");
  }
}
