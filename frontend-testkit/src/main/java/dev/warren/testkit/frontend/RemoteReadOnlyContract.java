package dev.warren.testkit.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.ReadOnlyFileSystemContract;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requirements for a front end whose protocol changes nothing, as a client sees it: every file
 * is visible as it is, whatever its name and size, and every change is refused. The file system
 * that is served is writable, so a change that gets through would be noticed. A front end's test
 * starts the front end, and provides a client of its protocol that is a {@link FileSystem}. If the
 * protocol has no request for a change, the client itself throws EROFS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one server for all cases
public abstract class RemoteReadOnlyContract extends ReadOnlyFileSystemContract {
  /** A small directory that is read before and after each change. */
  private static final VfsPath DIRECTORY = TestFiles.path("/directory");

  private static final int LARGE_FILE = 3_000_001;
  private static final int LARGE_DIRECTORY = 3000;

  private @Nullable Served served;

  /** Creates the contract, for classes that extend it. */
  protected RemoteReadOnlyContract() {}

  /** Creates the front end. */
  protected abstract FrontEnd createFrontEnd();

  /**
   * A section with which the front end listens on a free port of 127.0.0.1, in the form that the
   * YAML would be parsed to.
   *
   * @param emptyDirectory an existing directory, which the section may name
   */
  protected abstract Map<String, Object> section(Path emptyDirectory) throws Exception;

  /** Creates a client that sees everything that is served; closed after each case. */
  protected abstract FileSystem connect(RunningFrontEnd server) throws Exception;

  private static VfsPath at(String name) throws Exception {
    return VfsPath.ROOT.resolve(name);
  }

  /** Names with characters that have a special meaning in links, pages or protocols' paths. */
  private static List<String> oddNames() {
    return List.of(
        "a b",
        "a+b",
        "100%",
        "%41",
        "what?",
        "#1",
        "<a href='x'>",
        "\"quoted\" & more",
        "back\\slash",
        "a:b",
        "~",
        "...",
        "-rf",
        "tab\tnewline\n",
        "\u00fc\u4f60\ud83d\ude00",
        FileNames.decode("no utf-8: \u00e9".getBytes(ISO_8859_1)));
  }

  private static byte[] large() {
    byte[] content = new byte[LARGE_FILE];
    new Random(1).nextBytes(content);
    return content;
  }

  @BeforeAll
  final void serve(@TempDir Path temporary) throws Exception {
    FileSystem files = new MemoryFileSystem();
    files.mkdir(DIRECTORY, 0755);
    files.mkdir(emptyDirectory(), 0755);
    TestFiles.write(files, existingFile(), "one\n");
    TestFiles.write(files, otherFile(), "two\n");
    TestFiles.write(files, at("empty.txt"), "");
    TestFiles.write(files, at("large.bin"), large());
    files.mkdir(at("odd"), 0755);
    for (String name : oddNames()) {
      TestFiles.write(files, at("odd").resolve(name), FileNames.encode(name));
      files.mkdir(at("odd").resolve("in " + name), 0755);
      TestFiles.write(files, at("odd").resolve("in " + name).resolve("f"), FileNames.encode(name));
    }
    files.mkdir(at("many"), 0755);
    for (int i = 0; i < LARGE_DIRECTORY; i++) {
      TestFiles.write(files, at("many").resolve("f" + i), "");
    }
    served = new Served(createFrontEnd(), this::section, files, temporary);
  }

  @AfterAll
  final void endServing() {
    if (served != null) {
      served.close();
    }
  }

  @Override
  protected final FileSystem createFileSystem() throws Exception {
    return connect(Objects.requireNonNull(served, "set before all cases").server());
  }

  @Override
  protected final VfsPath existingFile() {
    return TestFiles.path("/directory/one.txt");
  }

  @Override
  protected final VfsPath otherFile() {
    return TestFiles.path("/directory/two.txt");
  }

  @Override
  protected final VfsPath emptyDirectory() {
    return TestFiles.path("/directory/nothing");
  }

  @Test
  final void whatIsThereIsListedWithItsType() throws Exception {
    try (FileSystem fs = createFileSystem()) {
      assertThat(TestFiles.names(fs, VfsPath.ROOT))
          .containsExactlyInAnyOrder("directory", "empty.txt", "large.bin", "odd", "many");
      assertThat(TestFiles.names(fs, emptyDirectory())).isEmpty();
      assertThat(fs.stat(DIRECTORY).isDirectory()).isTrue();
      assertThat(fs.stat(existingFile()).size()).isEqualTo(4);
      assertThat(TestFiles.readText(fs, existingFile())).isEqualTo("one\n");
    }
  }

  @Test
  final void contentIsWholeHoweverMuch() throws Exception {
    try (FileSystem fs = createFileSystem()) {
      assertThat(TestFiles.read(fs, at("empty.txt"))).isEmpty();
      assertThat(TestFiles.read(fs, at("large.bin"))).isEqualTo(large());
      assertThat(fs.stat(at("large.bin")).size()).isEqualTo(LARGE_FILE);
    }
  }

  @Test
  final void aLargeDirectoryIsListedWhole() throws Exception {
    try (FileSystem fs = createFileSystem()) {
      assertThat(TestFiles.names(fs, at("many")))
          .hasSize(LARGE_DIRECTORY)
          .doesNotHaveDuplicates()
          .contains("f0", "f" + (LARGE_DIRECTORY - 1));
    }
  }

  @Test
  final void namesAreWhatTheyAre() throws Exception {
    try (FileSystem fs = createFileSystem()) {
      List<String> expected = new ArrayList<>();
      for (String name : oddNames()) {
        expected.add(name);
        expected.add("in " + name);
        assertThat(TestFiles.read(fs, at("odd").resolve(name))).isEqualTo(FileNames.encode(name));
        VfsPath below = at("odd").resolve("in " + name);
        assertThat(TestFiles.names(fs, below)).containsExactly("f");
        assertThat(TestFiles.read(fs, below.resolve("f"))).isEqualTo(FileNames.encode(name));
      }
      assertThat(TestFiles.names(fs, at("odd"))).containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
