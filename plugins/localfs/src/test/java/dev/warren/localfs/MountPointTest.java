package dev.warren.localfs;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * File systems that are mounted below the directory, in a process with mounts of its own. If this
 * user may not mount, they cannot be tested.
 */
class MountPointTest {
  @Test
  void mountPointsBelowAreEntered() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      Path mount = Files.createDirectory(test.path().resolve("mount"));
      List<String> wrapper =
          new ArrayList<>(
              LinuxLocalfs.isRoot() ? List.of("unshare", "-m") : List.of("unshare", "-r", "-m"));
      String script = "mount -t tmpfs none \"$0\" || exit 9; exec \"$@\"";
      wrapper.addAll(List.of("sh", "-c", script, mount.toString()));
      Process process = ChildProcess.start(wrapper, Probe.class, test.path().toString());
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        assertThat(output.lines())
            .containsExactly(
                "content",
                "the inode is the id: false",
                "the ids differ: true",
                "listed: f",
                "rename EXDEV",
                "link EXDEV",
                "rmdir EBUSY",
                "view would block",
                "umount while its files are kept: false",
                "umount after a while: true");
      } else {
        assertThat(output).containsAnyOf("not permitted", "denied", "mount");
      }
      assertThat(mount).isEmptyDirectory();
    }
  }

  /** Runs in the process that has a file system mounted at {@code mount}. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws IOException {
      Path root = Path.of(arguments[0]);
      DescriptorBudget budget = new DescriptorBudget(100, _ -> {});
      LinuxLocalfs.Permits permits =
          new LinuxLocalfs.Permits(false, LinuxLocalfs.Rights.HOST, false);
      try (FileSystem fs = LinuxLocalfs.open(root, permits, budget)) {
        VfsPath mount = TestFiles.path("/mount");
        VfsPath file = mount.resolve("f");
        VfsPath outside = TestFiles.path("/outside");
        TestFiles.write(fs, file, "content");
        System.out.println(TestFiles.readText(fs, file));
        TestFiles.write(fs, outside, "x");
        long inode = (Long) Files.getAttribute(root.resolve("mount/f"), "unix:ino");
        long id = fs.stat(file).fileId();
        System.out.println("the inode is the id: " + (id == inode));
        System.out.println(
            "the ids differ: "
                + (id != fs.stat(mount).fileId()
                    && fs.stat(mount).fileId() != fs.stat(VfsPath.ROOT).fileId()));
        System.out.println("listed: " + String.join(" ", TestFiles.names(fs, mount)));
        print("rename", () -> fs.rename(file, TestFiles.path("/g"), true));
        print("link", () -> fs.link(file, TestFiles.path("/g")));
        print("rmdir", () -> fs.rmdir(mount));
        print("view", () -> fs.nonBlocking().stat(file));
        fs.unlink(outside);
        try (FileHandle _ = fs.find(mount, new AttributesBuffer());
            FileHandle _ = fs.find(file, new AttributesBuffer())) {
          System.out.println("umount while its files are kept: " + unmounts(root));
          budget.tick(100);
          // The mount may be of a kind that closes slowly, so its descriptors are closed elsewhere.
          await().until(() -> unmounts(root));
          System.out.println("umount after a while: true");
        }
      }
    }

    private static boolean unmounts(Path root) throws IOException {
      Process umount =
          new ProcessBuilder("umount", root.resolve("mount").toString())
              .redirectErrorStream(true)
              .start();
      umount.getInputStream().readAllBytes();
      return umount.onExit().join().exitValue() == 0;
    }

    private interface Attempt {
      void run() throws FsException;
    }

    private static void print(String what, Attempt attempt) {
      try {
        attempt.run();
        System.out.println(what + " worked");
      } catch (WouldBlockException e) {
        System.out.println(what + " would block");
      } catch (FsException e) {
        Errno errno = e.errno();
        System.out.println(what + " " + errno);
      }
    }
  }
}
