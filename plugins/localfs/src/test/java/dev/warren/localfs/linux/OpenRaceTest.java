package dev.warren.localfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.TestDirectory;
import dev.warren.testkit.TestFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A name that is replaced between the check of its type and its opening. */
class OpenRaceTest {
  private static final VfsPath NAME = TestFiles.path("/f");

  private TestDirectory test;
  private FileSystem fs;
  private Runnable change = () -> {};

  @BeforeEach
  void open() throws IOException {
    test = TestDirectory.inMemory();
    Files.writeString(file("f"), "a file");
    fs = open(test.path());
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
    test.close();
  }

  private FileSystem open(Path directory) throws FsException {
    Root root = TestRoot.inMemory(directory, new SlowCloses());
    return new LinuxFileSystem(root, caller -> Identity.HOST, this::change);
  }

  /** Replaces the name once: a second attempt finds the replacement. */
  private void change() {
    Runnable now = change;
    change = () -> {};
    now.run();
  }

  private Path file(String name) {
    return test.path().resolve(name);
  }

  /** The file that replaces the original one. */
  record Replacement(String text, Errno expected, Maker maker) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** Creates a file, through a file system that is not under test. */
  interface Maker {
    void make(FileSystem files, VfsPath path) throws Exception;
  }

  static Stream<Replacement> replacements() {
    return Stream.of(
        new Replacement("FIFO", Errno.ENXIO, (files, path) -> files.mknod(path, 0010644, 0, 0)),
        new Replacement("socket", Errno.ENXIO, (files, path) -> files.mknod(path, 0140644, 0, 0)),
        new Replacement("directory", Errno.EISDIR, (files, path) -> files.mkdir(path, 0755)),
        new Replacement("link", Errno.ELOOP, (files, path) -> files.symlink("/etc/passwd", path)));
  }

  private void replacedBy(Replacement replacement) {
    change =
        () -> {
          try (FileSystem other = LinuxLocalfs.open(test.path(), false, false)) {
            other.unlink(NAME);
            replacement.maker().make(other, NAME);
          } catch (Exception e) {
            throw new IllegalStateException(replacement.text(), e);
          }
        };
  }

  private void isRefused(Replacement replacement) throws IOException {
    for (OpenOptions options :
        List.of(
            OpenOptions.READ,
            OpenOptions.WRITE,
            OpenOptions.READ_WRITE,
            OpenOptions.REPLACE,
            OpenOptions.WRITE.withTruncate(),
            OpenOptions.READ.withCreate())) {
      replacedBy(replacement);
      int before = descriptors();
      assertThatThrownBy(() -> fs.open(NAME, options, 0644))
          .as("%s", options)
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(replacement.expected()));
      assertThat(descriptors()).as("none is left open").isEqualTo(before);
      TestFiles.removeTree(fs, NAME);
      TestFiles.write(fs, NAME, "a file");
      assertThat(TestFiles.readText(fs, NAME)).isEqualTo("a file");
    }
  }

  private static int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count();
    }
  }

  /** The test would hang at a FIFO without a writer, if it were opened in blocking mode. */
  @ParameterizedTest
  @MethodSource("replacements")
  void aNameThatBecomesAnotherKindOfFileIsNotOpened(Replacement replacement) throws IOException {
    isRefused(replacement);
  }

  /**
   * Only root may create devices, and not everywhere; if the user may not, this part is not tested.
   */
  @Test
  void aNameThatBecomesADeviceIsNotOpened() throws Exception {
    if (!makeNullDevice("device")) {
      assertThat(file("device")).doesNotExist();
      return;
    }
    Replacement device =
        new Replacement(
            "device",
            Errno.ENXIO,
            (files, path) -> assertThat(makeNullDevice(path.name())).isTrue());
    isRefused(device);
  }

  private boolean makeNullDevice(String name) throws Exception {
    ProcessBuilder mknod = new ProcessBuilder("mknod", file(name).toString(), "c", "1", "3");
    // without pipes, which would be counted as open descriptors
    mknod.redirectInput(new File("/dev/null"));
    mknod.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    mknod.redirectError(ProcessBuilder.Redirect.DISCARD);
    return mknod.start().waitFor() == 0;
  }
}
