package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Caller;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileAttributes;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.calls.CallPool;
import dev.warren.namespace.calls.StuckFileSystem;
import dev.warren.testkit.TestFiles;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of other clients while the system calls of one mount hang. */
class SilentMountTest extends NamespaceFixture {
  private final StuckFileSystem disk = new StuckFileSystem(new MemoryFileSystem());
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void thaw() {
    disk.thaw();
    clients.close();
  }

  private CallPool mountDisk(String path) throws Exception {
    CallPool pool = new CallPool("localfs at " + path);
    namespace.mount(path(path), pool.around(disk), MEMFS, pool);
    return pool;
  }

  @Test
  void itsParentIsListedWithItsLastKnownAttributes() throws Exception {
    mount("/other");
    CallPool pool = mountDisk("/disk");
    FileAttributes before = namespace.stat(path("/disk"));
    disk.freeze();
    for (int i = 0; i < 3; i++) {
      List<DirectoryEntry> entries = TestFiles.entries(namespace, VfsPath.ROOT, true);
      assertThat(entries)
          .extracting(DirectoryEntry::name)
          .containsExactlyInAnyOrder("disk", "other");
      for (DirectoryEntry entry : entries) {
        FileAttributes attributes = Objects.requireNonNull(entry.attributes());
        assertThat(attributes.isDirectory()).isTrue();
        if (entry.name().equals("disk")) {
          assertThat(attributes).isEqualTo(before);
        }
      }
      assertThat(namespace.as(Caller.HOST).stat(path("/disk"))).isEqualTo(before);
    }
    assertThat(pool.blocked().running()).as("calls for it").hasSize(1);

    disk.thaw();
    await().until(() -> pool.blocked().running().isEmpty());
    namespace.as(Caller.HOST).mkdir(path("/disk/d"), 0755);
    assertThat(namespace.stat(path("/disk")).linkCount()).isGreaterThan(before.linkCount());
  }

  @Test
  void aMountThatNeverRespondedIsShownAsADirectory() throws Exception {
    mountDisk("/disk");
    disk.freeze();
    assertThat(namespace.stat(path("/disk")).isDirectory()).isTrue();
  }

  @Test
  void aMountBelowItCanBeReached() throws Exception {
    mountDisk("/disk");
    mount("/disk/deep/fine");
    disk.freeze();
    assertThat(namespace.stat(path("/disk/deep")).isDirectory()).isTrue();
    namespace.mkdir(path("/disk/deep/fine/d"), 0755);
    assertThat(namespace.stat(path("/disk/deep/fine/d")).isDirectory()).isTrue();
  }
}
