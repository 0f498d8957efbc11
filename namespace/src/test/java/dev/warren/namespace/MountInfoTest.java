package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.memfs.MemoryFileSystem;
import org.junit.jupiter.api.Test;

class MountInfoTest extends NamespaceFixture {
  @Test
  void infoShowsWhatAMountDoes() throws FsException {
    mount("/a");
    write(namespace, path("/a/f"), "x");
    long before = namespace.mounts().getFirst().operations();
    try (OpenFile file = namespace.open(path("/a/f"), OpenOptions.READ, 0);
        OpenDirectory directory = namespace.openDirectory(path("/a"))) {
      file.stat();
      directory.stat();
      MountInfo info = namespace.mounts().getFirst();
      assertThat(info.path()).isEqualTo(path("/a"));
      assertThat(info.state()).isEqualTo(MountState.UP);
      assertThat(info.openFiles()).isEqualTo(2);
      assertThat(info.inFlight()).isZero();
      assertThat(info.operations()).isEqualTo(before + 4);
    }
    assertThat(namespace.mounts().getFirst().openFiles()).isZero();
  }

  @Test
  void anOperationThatIsRepeatedBecauseItWouldBlockCountsOnce() throws FsException {
    namespace.mount(path("/m"), new Hesitating(new MemoryFileSystem()), MEMFS);
    VfsPath file = path("/m/f");
    long before = namespace.mounts().getFirst().operations();
    assertThatThrownBy(() -> namespace.nonBlocking().stat(file))
        .isInstanceOf(WouldBlockException.class);
    assertThat(namespace.mounts().getFirst().operations()).isEqualTo(before);
    fails(Errno.ENOENT, () -> namespace.stat(file));

    MountInfo info = namespace.mounts().getFirst();
    assertThat(info.operations()).isEqualTo(before + 1);
    assertThat(info.inFlight()).isZero();
  }

  /** Has a non-blocking view, all of whose operations would block. */
  private static final class Hesitating extends ForwardingFileSystem {
    Hesitating(FileSystem target) {
      super(target);
    }

    @Override
    public FileSystem nonBlocking() {
      return new ForwardingFileSystem(this) {
        @Override
        public FileAttributes stat(VfsPath path) throws FsException {
          throw WouldBlockException.INSTANCE;
        }
      };
    }
  }
}
