package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to escape from the directory, all of which must fail. */
class EscapeTest {
  private static final String SECRET = "secret";

  private TestDirectory test;
  private Path outside;
  private Path inside;
  private FileSystem fs;

  @BeforeEach
  void open() throws IOException {
    test = TestDirectory.inMemory();
    outside = Files.createDirectory(test.path().resolve("outside"));
    inside = Files.createDirectory(test.path().resolve("inside"));
    Files.writeString(outside.resolve("file"), SECRET);
    fs = LinuxLocalfs.open(inside, false, false);
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
    test.close();
  }

  @Test
  void dotDotStaysAtTheRoot() throws FsException {
    fs.mkdir(path("/d"), 0755);
    assertThat(path("/../outside/file")).isEqualTo(path("/outside/file"));
    assertThat(path("/d").resolveText("../../outside")).isEqualTo(path("/outside"));
    fails(Errno.ENOENT, () -> fs.stat(path("/../outside/file")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "absolute",
        "../outside/file",
        "d/../../outside/file",
        "/proc/self/root/etc/passwd",
        "/etc/passwd"
      })
  void aLinkAtTheEndIsNotFollowed(String target) throws Exception {
    Files.createDirectory(inside.resolve("d"));
    String text = target.equals("absolute") ? outside.resolve("file").toString() : target;
    Files.createSymbolicLink(inside.resolve("link"), Path.of(text));
    VfsPath link = path("/link");

    fails(Errno.ELOOP, () -> fs.open(link, OpenOptions.READ, 0));
    fails(Errno.ELOOP, () -> fs.open(link, OpenOptions.REPLACE, 0644));
    fails(Errno.EEXIST, () -> fs.open(link, OpenOptions.WRITE.withExclusive(), 0644));
    fails(Errno.ELOOP, () -> fs.setAttributes(link, AttributeChanges.NONE.withSize(0)));
    fails(Errno.EOPNOTSUPP, () -> fs.setAttributes(link, AttributeChanges.NONE.withPermissions(0)));
    fails(Errno.EPERM, () -> fs.setXattr(link, "user.x", new byte[1], XattrMode.SET));
    assertThat(fs.stat(link).type()).isEqualTo(FileType.SYMBOLIC_LINK);
    assertThat(fs.readlink(link)).isEqualTo(text);
    assertThat(outside.resolve("file")).hasContent(SECRET);
  }

  @Test
  void attributesOfALinkAreItsOwn() throws Exception {
    Files.createSymbolicLink(inside.resolve("link"), outside.resolve("file"));
    Object before = Files.getLastModifiedTime(outside.resolve("file"));
    fs.setAttributes(
        path("/link"), AttributeChanges.NONE.withTimes(TimeChange.to(1, 0), TimeChange.to(2, 0)));
    assertThat(fs.stat(path("/link")).modifySeconds()).isEqualTo(2);
    assertThat((Object) Files.getLastModifiedTime(outside.resolve("file"))).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"absolute", "../outside", "d/../../outside", "/proc/self/cwd", "."})
  void aLinkInTheMiddleIsNotFollowed(String target) throws Exception {
    Files.createDirectory(inside.resolve("d"));
    Files.createSymbolicLink(
        inside.resolve("link"), target.equals("absolute") ? outside : Path.of(target));
    Files.writeString(inside.resolve("mine"), "mine");
    everythingFails(path("/link/file"));
    everythingFails(path("/link/d/deeper"));
    fails(Errno.ELOOP, () -> fs.rename(path("/mine"), path("/link/stolen"), true));
    fails(Errno.ELOOP, () -> fs.link(path("/mine"), path("/link/stolen")));
    assertThat(outside.toFile().list()).containsExactly("file");
    assertThat(outside.resolve("file")).hasContent(SECRET);
  }

  /** The root itself may contain links to magic links of this process. */
  @Test
  void linksToMagicLinksLeadNowhere() throws Exception {
    for (String name : List.of("root", "cwd", "fd")) {
      Files.createSymbolicLink(inside.resolve(name), Path.of("/proc/self", name));
      everythingFails(path("/" + name + "/etc/passwd"));
      everythingFails(path("/" + name + "/0"));
    }
  }

  /**
   * A hard link is the file itself: its creator had the right to create it, and the server cannot
   * know more.
   */
  @Test
  void aHardLinkReadsWhatItNames() throws Exception {
    Files.createLink(inside.resolve("hard"), outside.resolve("file"));
    assertThat(TestFiles.readText(fs, path("/hard"))).isEqualTo(SECRET);
    assertThat(fs.stat(path("/hard")).linkCount()).isEqualTo(2);
  }

  @Test
  void theRootItselfMayBeReachedThroughALink() throws Exception {
    Path link = test.path().resolve("link");
    Files.createSymbolicLink(link, inside);
    Files.writeString(inside.resolve("file"), "inside");
    try (FileSystem through = LinuxLocalfs.open(link, false, false)) {
      Files.delete(link);
      Files.createSymbolicLink(link, outside);
      assertThat(TestFiles.readText(through, path("/file"))).isEqualTo("inside");
    }
  }

  @Test
  void onlyRegularFilesAreOpened() throws Exception {
    ChildProcess.run("mkfifo", inside.resolve("fifo").toString());
    fails(Errno.ENXIO, () -> fs.open(path("/fifo"), OpenOptions.READ, 0));
    fails(Errno.ENXIO, () -> fs.open(path("/fifo"), OpenOptions.READ_WRITE, 0));
    fails(Errno.ENXIO, () -> fs.open(path("/fifo"), OpenOptions.REPLACE, 0));
    fails(Errno.ENOTDIR, () -> fs.openDirectory(path("/fifo")));
    try (FileSystem devices = LinuxLocalfs.open(Path.of("/dev"), false, false)) {
      fails(Errno.ENXIO, () -> devices.open(path("/null"), OpenOptions.READ, 0));
      fails(Errno.ENXIO, () -> devices.open(path("/tty"), OpenOptions.READ_WRITE, 0));
      assertThat(devices.stat(path("/null")).type()).isEqualTo(FileType.CHARACTER_DEVICE);
      assertThat(devices.stat(path("/null")).deviceMajor()).isEqualTo(1);
      assertThat(devices.stat(path("/null")).deviceMinor()).isEqualTo(3);
    }
    fails(Errno.EPERM, () -> fs.mknod(path("/device"), 0020666, 1, 3));
    fails(Errno.EPERM, () -> fs.mknod(path("/device"), 0060666, 8, 0));
    fails(Errno.ENOENT, () -> fs.stat(path("/device")));
  }

  private void everythingFails(VfsPath path) {
    for (Attempt attempt :
        List.<Attempt>of(
            () -> fs.stat(path),
            () -> fs.open(path, OpenOptions.READ, 0),
            () -> fs.open(path, OpenOptions.REPLACE, 0644),
            () -> fs.open(path, OpenOptions.WRITE.withExclusive(), 0644),
            () -> fs.openDirectory(path),
            () -> fs.mkdir(path, 0755),
            () -> fs.mknod(path, 0100644, 0, 0),
            () -> fs.symlink("x", path),
            () -> fs.link(path, path("/stolen")),
            () -> fs.rename(path, path("/stolen"), true),
            () -> fs.unlink(path),
            () -> fs.rmdir(path),
            () -> fs.readlink(path),
            () -> fs.statfs(path),
            () -> fs.setAttributes(path, AttributeChanges.NONE.withPermissions(0777)),
            () -> fs.setAttributes(path, AttributeChanges.NONE.withSize(0)),
            () -> fs.setAttributes(path, AttributeChanges.NONE.withOwner(1, 1)),
            () -> fs.listXattrs(path),
            () -> fs.getXattr(path, "user.x"),
            () -> fs.setXattr(path, "user.x", new byte[1], XattrMode.SET),
            () -> fs.removeXattr(path, "user.x"))) {
      fails(Errno.ELOOP, attempt);
    }
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
