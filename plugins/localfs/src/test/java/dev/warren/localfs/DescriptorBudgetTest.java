package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client with too many open files is refused the next one, and other clients are not affected.
 */
class DescriptorBudgetTest {
  private static final VfsPath FILE = TestFiles.path("/file");
  private static final Caller GREEDY = caller("greedy");
  private static final Caller OTHER = caller("other");

  @TempDir private Path directory;
  private final List<DescriptorBudget.Refusal> told = new CopyOnWriteArrayList<>();
  private final DescriptorBudget budget = new DescriptorBudget(30, told::add);

  private FileSystem open(boolean portable) throws IOException {
    FileSystem fs =
        TestContext.open(
            new LocalfsPlugin(),
            TestContext.in(directory).withDescriptors(budget),
            Map.of("local_dir", directory.toString(), "portable", portable));
    TestFiles.write(fs, FILE, "content");
    assertThat(budget.used()).isZero();
    return fs;
  }

  private static Caller caller(String user) {
    return new Caller(user, -1, -1, List.of(), "sftp", "127.0.0.1:1");
  }

  private static List<OpenFile> openAll(FileSystem fs) {
    List<OpenFile> files = new ArrayList<>();
    while (true) {
      try {
        files.add(fs.open(FILE, OpenOptions.READ, 0));
      } catch (FsException e) {
        assertThat(e.errno()).isEqualTo(Errno.EMFILE);
        return files;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aGreedyUserIsRefused(boolean portable) throws Exception {
    try (FileSystem fs = open(portable)) {
      List<OpenFile> files = openAll(fs.as(GREEDY));
      assertThat(files).hasSize(10);
      assertThat(told)
          .singleElement()
          .satisfies(refusal -> assertThat(refusal.holder()).isEqualTo(GREEDY));
      TestFiles.write(fs.as(OTHER), TestFiles.path("/others"), "x");
      TestFiles.write(fs, FILE, "the host's");
      List<OpenFile> others = openAll(fs.as(OTHER));
      assertThat(others).hasSizeGreaterThan(4);
      for (OpenFile file : others) {
        file.close();
      }
      files.getFirst().close();
      files.getFirst().close();
      fs.as(GREEDY).open(FILE, OpenOptions.READ, 0).close();
    }
    assertThat(budget.used()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failedOpensTakeNoDescriptors(boolean portable) throws Exception {
    try (FileSystem fs = open(portable)) {
      FileSystem theirs = fs.as(GREEDY);
      FileSystem view = theirs.nonBlocking();
      for (int i = 0; i < 40; i++) {
        assertThatThrownBy(() -> theirs.open(TestFiles.path("/none"), OpenOptions.READ, 0))
            .isInstanceOf(FsException.class);
        assertThatThrownBy(() -> theirs.open(FILE, OpenOptions.WRITE.withExclusive(), 0644))
            .isInstanceOf(FsException.class);
        assertThatThrownBy(() -> theirs.openDirectory(FILE)).isInstanceOf(FsException.class);
        if (view != null) {
          VfsPath never = TestFiles.path("/never-" + i);
          assertThatThrownBy(() -> view.open(never, OpenOptions.READ, 0))
              .isInstanceOf(FsException.class);
        }
        theirs.open(FILE, OpenOptions.READ_WRITE.withAppend(), 0).close();
        theirs.openDirectory(VfsPath.ROOT).close();
        assertThat(budget.used()).isZero();
      }
    }
  }
}
