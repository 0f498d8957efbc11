package dev.warren.localfs.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestFiles;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A tree like /proc contains magic links, which the kernel follows without resolving their text.
 * Such a tree is not served, but look-ups would not follow these links in any tree.
 */
class MagicLinksTest {
  @Test
  void magicLinksLeadNowhere() throws Exception {
    try (FileSystem proc = unchecked("/proc")) {
      String self = "/" + ProcessHandle.current().pid();
      for (String link : List.of("root", "cwd", "exe", "fd/0", "ns/mnt", "task")) {
        VfsPath magic = path(self + "/" + link);
        if (!link.equals("task")) {
          fails(Errno.ELOOP, () -> proc.open(magic, OpenOptions.READ, 0));
          assertThat(proc.stat(magic).type()).isEqualTo(FileType.SYMBOLIC_LINK);
        }
        for (String below : List.of("etc", "etc/passwd", "x/y/z")) {
          FsException e = failure(() -> proc.stat(path(self + "/" + link + "/" + below)));
          assertThat(e.errno()).isIn(Errno.ELOOP, Errno.ENOENT);
        }
      }
      fails(Errno.ENOTDIR, () -> proc.openDirectory(path(self + "/root")));
      fails(Errno.ENOTDIR, () -> proc.openDirectory(path("/self")));
    }
  }

  /** Returns a file system for a directory that {@link LinuxLocalfs} refuses. */
  private static FileSystem unchecked(String directory) throws FsException {
    Scratch s = Scratch.take();
    try {
      assertThat(s.path.text(directory.getBytes(UTF_8))).isTrue();
      long how = s.how(Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0, 0);
      int fd =
          (int)
              LinuxErrors.check(
                  Syscalls.call(
                      s, SyscallNumbers.OPENAT2, Flags.AT_FDCWD, s.path.whole(), how, 24, 0));
      return new LinuxFileSystem(root(s, fd), caller -> Identity.HOST);
    } finally {
      s.release();
    }
  }

  /** Returns the shared state for a descriptor's directory, on a host without special features. */
  static Root root(Scratch s, int fd) throws FsException {
    return new Root(
        new Descriptor(fd),
        fd,
        0,
        StorageKind.KERNEL,
        Mounts.below(s, fd),
        false,
        false,
        new HostFeatures(0, false, false, false),
        DescriptorBudget.unlimited(),
        Root.noneOpen(),
        Root.noneFound(),
        new SlowCloses());
  }

  private interface Attempt {
    void run() throws FsException;
  }

  private static void fails(Errno errno, Attempt attempt) {
    assertThat(failure(attempt).errno()).isEqualTo(errno);
  }

  private static FsException failure(Attempt attempt) {
    FsException e = catchThrowableOfType(FsException.class, attempt::run);
    assertThat(e).as("the attempt must fail").isNotNull();
    return e;
  }

  private static VfsPath path(String text) {
    return TestFiles.path(text);
  }
}
