package dev.warren.localfs.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.localfs.TestDirectory;
import dev.warren.testkit.TestFiles;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupTest {
  private final Scratch s = Scratch.take();
  private TestDirectory test;
  private int root;

  @BeforeEach
  void open() throws Exception {
    test = TestDirectory.inMemory();
    Files.createDirectory(test.path().resolve("d"));
    assertThat(s.path.text(test.path().toString().getBytes(UTF_8))).isTrue();
    long how = s.how(Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0, 0);
    root =
        (int)
            LinuxErrors.check(
                Syscalls.call(
                    s, SyscallNumbers.OPENAT2, Flags.AT_FDCWD, s.path.whole(), how, 24, 0));
  }

  @AfterEach
  void close() throws Exception {
    s.close(root);
    test.close();
  }

  /** Texts that no {@link dev.warren.api.VfsPath} can contain: the kernel itself refuses them. */
  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "d/../..", "/", "/etc/passwd", "d/../../../etc"})
  void theKernelKeepsEveryTextInside(String text) throws Exception {
    Lookup lookup = new Lookup(MagicLinksTest.root(s, root), Waiting.ALLOWED);
    assertThat(s.path.text(text.getBytes(UTF_8))).isTrue();
    assertThat(lookup.openName(s, root, s.path.whole(), 0, 0)).isEqualTo(-Errno.EXDEV.number());
    assertThat(lookup.findName(s, root, s.path.whole())).isEqualTo(-Errno.EXDEV.number());
  }

  @Test
  void permissionsAreSetWithoutFchmodat2() throws Exception {
    HostFeatures old = new HostFeatures(022, false, false, false);
    AttributeSetter setter = new AttributeSetter(old);
    Lookup lookup = new Lookup(MagicLinksTest.root(s, root), Waiting.ALLOWED);
    int directory = lookup.find(s, TestFiles.path("/d"));
    setter.permissions(s, directory, 0711);
    s.close(directory);
    assertThat((Integer) Files.getAttribute(test.path().resolve("d"), "unix:mode") & 07777)
        .isEqualTo(0711);

    Files.createSymbolicLink(test.path().resolve("link"), test.path().resolve("d"));
    int link = lookup.find(s, TestFiles.path("/link"));
    assertThatThrownBy(() -> setter.permissions(s, link, 0777))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP));
    s.close(link);
    assertThat((Integer) Files.getAttribute(test.path().resolve("d"), "unix:mode") & 07777)
        .isEqualTo(0711);
  }
}
