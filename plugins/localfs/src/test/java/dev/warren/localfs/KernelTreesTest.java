package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import dev.warren.api.config.Config;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.localfs.portable.PortableLocalfs;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File systems that expose the kernel and processes must not be served: {@code /proc/PID/environ}
 * contains the host's secrets, {@code /proc/PID/mem} is its memory.
 */
class KernelTreesTest {
  private final LocalfsPlugin plugin = new LocalfsPlugin();

  @ParameterizedTest
  @CsvSource({
    "/proc, proc",
    "/proc/self, proc",
    "/proc/self/fd, proc",
    "/sys, sysfs",
    "/sys/kernel, sysfs"
  })
  void areNotTheRoot(String directory, String type) throws Exception {
    for (boolean portable : new boolean[] {false, true}) {
      Config config =
          plugin.configSpec().parse(Map.of("local_dir", directory, "portable", portable)).orThrow();
      assertThat(plugin.check(config))
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.path()).containsExactly("local_dir");
                assertThat(problem.message()).contains(directory, type);
              });
      assertThatThrownBy(() -> plugin.open(TestContext.in(Path.of("/")), config))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("type " + type)
          .hasMessageContaining("not served");
    }
  }

  /**
   * Runs in a process with mounts of its own. If this user may not mount, no kernel file system is
   * visible.
   */
  @ParameterizedTest
  @ValueSource(strings = {"system calls", "java.nio.file"})
  void areNotEnteredFromAbove(String access) throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      for (String name : List.of("proc", "sys", "file", "good")) {
        if (name.equals("file")) {
          Files.createFile(test.path().resolve(name));
        } else {
          Files.createDirectory(test.path().resolve(name));
        }
      }
      List<String> wrapper =
          new ArrayList<>(
              LinuxLocalfs.isRoot() ? List.of("unshare", "-m") : List.of("unshare", "-r", "-m"));
      String script =
          """
          mount --rbind /proc "$0/proc" && mount --rbind /sys "$0/sys" \
            && mount --bind /proc/version "$0/file" && mount -t tmpfs none "$0/good" || exit 9
          exec "$@"
          """;
      wrapper.addAll(List.of("sh", "-c", script, test.path().toString()));
      Process process = ChildProcess.start(wrapper, Probe.class, test.path().toString(), access);
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        assertThat(output.lines()).contains("good: content", "done").noneMatch(Probe::isLeak);
      } else {
        assertThat(output).containsAnyOf("not permitted", "denied", "mount");
      }
    }
  }

  /** Tries all operations on all files below a mount point in its directory. */
  static final class Probe {
    private Probe() {}

    static boolean isLeak(String line) {
      return line.startsWith("LEAK");
    }

    public static void main(String[] arguments) throws IOException {
      Path root = Path.of(arguments[0]);
      boolean linux = arguments[1].equals("system calls");
      try (FileSystem fs =
          linux ? LinuxLocalfs.open(root, false, false) : PortableLocalfs.open(root, false)) {
        VfsPath good = TestFiles.path("/good/f");
        TestFiles.write(fs, good, "content");
        System.out.println("good: " + TestFiles.readText(fs, good));
        String self = "/proc/" + ProcessHandle.current().pid();
        for (String place :
            List.of(self + "/environ", self + "/status", self, "/proc/sys/kernel/hostname")) {
          probe(fs, TestFiles.path(place), false);
        }
        probe(fs, TestFiles.path("/sys/kernel"), false);
        probe(fs, TestFiles.path("/proc"), true);
        probe(fs, TestFiles.path("/sys"), true);
        probe(fs, TestFiles.path("/file"), true);
        if (fs.nonBlocking() != null) {
          probe(fs.nonBlocking(), TestFiles.path(self + "/environ"), false);
        }
        System.out.println("done");
      }
    }

    /**
     * @param atMountPoint whether the path is the mount point itself, whose attributes are shown
     */
    private static void probe(FileSystem fs, VfsPath path, boolean atMountPoint) {
      VfsPath mine = TestFiles.path("/mine");
      Map<String, Attempt> attempts = new LinkedHashMap<>();
      if (!atMountPoint) {
        attempts.put("stat", () -> fs.stat(path));
        attempts.put("unlink", () -> fs.unlink(path));
        attempts.put("rmdir", () -> fs.rmdir(path));
        attempts.put("rename", () -> fs.rename(path, mine, true));
        attempts.put("link", () -> fs.link(path, mine));
      }
      attempts.put("open", () -> fs.open(path, OpenOptions.READ, 0));
      attempts.put("write", () -> fs.open(path, OpenOptions.WRITE.withTruncate(), 0));
      attempts.put("create", () -> fs.open(path.resolveText("x"), OpenOptions.REPLACE, 0644));
      attempts.put("list", () -> fs.openDirectory(path));
      attempts.put("mkdir", () -> fs.mkdir(path.resolveText("x"), 0755));
      attempts.put("symlink", () -> fs.symlink("x", path.resolveText("x")));
      attempts.put("mknod", () -> fs.mknod(path.resolveText("x"), 0100644, 0, 0));
      attempts.put("readlink", () -> fs.readlink(path));
      attempts.put("statfs", () -> fs.statfs(path));
      attempts.put(
          "chmod", () -> fs.setAttributes(path, AttributeChanges.NONE.withPermissions(0644)));
      attempts.put("truncate", () -> fs.setAttributes(path, AttributeChanges.NONE.withSize(0)));
      attempts.put("xattrs", () -> fs.listXattrs(path));
      attempts.put("xattr", () -> fs.getXattr(path, "user.x"));
      attempts.put("setxattr", () -> fs.setXattr(path, "user.x", new byte[1], XattrMode.SET));
      attempts.forEach(
          (name, attempt) -> {
            String answer = answer(attempt);
            boolean refused =
                switch (answer) {
                  case "EACCES", "would block" -> true;
                  // The kernel returns this error before the file can be checked.
                  case "ENOTDIR" -> true;
                  case "EISDIR", "EINVAL" -> atMountPoint; // because its type is shown
                  case "EOPNOTSUPP" -> name.contains("xattr") || name.equals("mknod");
                  default -> false;
                };
            System.out.println((refused ? "" : "LEAK ") + name + " " + path + ": " + answer);
          });
    }

    private interface Attempt {
      void run() throws FsException;
    }

    private static String answer(Attempt attempt) {
      try {
        attempt.run();
        return "worked";
      } catch (WouldBlockException e) {
        return "would block";
      } catch (FsException e) {
        return e.errno().name();
      }
    }
  }
}
