package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Owner;
import dev.warren.frontend.FileLocks.Range;
import dev.warren.memfs.MemoryFileSystem;
import org.junit.jupiter.api.Test;

/** Byte-range locks on files that other hosts change too. */
class HostLocksTest {
  private final Owner owner = new Owner(this, "client", 1);

  /** A file system that other hosts have as well. */
  private static final class SharedFiles extends ForwardingFileSystem {
    SharedFiles() {
      super(new MemoryFileSystem());
    }

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    protected ForwardingFileSystem over(FileSystem view) {
      return this;
    }
  }

  private long file(Namespace namespace, String at) throws FsException {
    return namespace.stat(path(at)).fileId();
  }

  @Test
  void aLockThatOtherHostsWouldNotSeeIsRefused() throws Exception {
    try (Namespace namespace = new Namespace()) {
      namespace.mount(path("/own"), new MemoryFileSystem(), MountDescription.of("memfs"));
      namespace.mount(path("/shared"), new SharedFiles(), MountDescription.of("sqlfs"));
      long own = file(namespace, "/own");
      long shared = file(namespace, "/shared");
      assertThat(namespace.locks().tryLock(own, owner, this, Kind.EXCLUSIVE, Range.ALL)).isTrue();
      assertThatThrownBy(
              () -> namespace.locks().tryLock(shared, owner, this, Kind.SHARED, Range.ALL))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOLCK));
      assertThatThrownBy(
              () -> namespace.locks().lock(shared, owner, this, Kind.SHARED, Range.ALL).join())
          .isInstanceOf(FsException.class);
      assertThat(namespace.locks().conflict(shared, owner, Kind.SHARED, Range.ALL)).isEmpty();
    }
  }

  @Test
  void theNumberOfAMountIsReadFromItsFilesIds() {
    for (int number : new int[] {1, FileIds.MAX_SHORT_NUMBER, 5_000, FileIds.MAX_NUMBER}) {
      for (long id : new long[] {0, 1, (1L << 41) - 1, 1L << 41, 1L << 46, -1}) {
        assertThat(FileIds.mountNumber(new FileIds(number).visible(id))).isEqualTo(number);
      }
    }
  }
}
