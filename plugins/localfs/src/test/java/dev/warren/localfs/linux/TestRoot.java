package dev.warren.localfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Creates roots with components that a test provides. */
final class TestRoot {
  private TestRoot() {}

  /** Returns a directory on tmpfs, as {@link LinuxLocalfs} opens it. */
  static Root inMemory(Path directory, SlowCloses slowCloses) throws FsException {
    Scratch s = Scratch.take();
    try {
      assertThat(s.path.text(directory.toString().getBytes(StandardCharsets.UTF_8))).isTrue();
      long how = s.how(Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0, 0);
      int fd =
          (int)
              LinuxErrors.check(
                  Syscalls.call(
                      s, SyscallNumbers.OPENAT2, Flags.AT_FDCWD, s.path.whole(), how, 24, 0));
      Mounts mounts = Mounts.below(s, fd);
      return new Root(
          new Descriptor(fd),
          fd,
          s.stat.device(),
          StorageKind.MEMORY,
          mounts,
          false,
          false,
          new HostFeatures(022, true, false, false),
          DescriptorBudget.unlimited(),
          Root.noneOpen(),
          Root.noneFound(),
          slowCloses);
    } finally {
      s.release();
    }
  }
}
