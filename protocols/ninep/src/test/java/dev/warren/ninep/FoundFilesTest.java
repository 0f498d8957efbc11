package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A fid refers to the file that it was walked to, even if its names change. */
class FoundFilesTest {
  private static final int MINE = 1;
  private static final int FILE = 2;
  private static final int THEIRS = 1;
  private static final int DIRECTORY = 0x200;

  /** Where the file is stored. */
  enum Where {
    MEMFS,
    TMPFS,
    DISK
  }

  /** A directory in memory, if the system has one. */
  static final class InMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      Path top = Path.of(System.getProperty("warren.test.tmpfs", "/dev/shm"));
      return Files.isWritable(top)
          ? Files.createTempDirectory(top, "found-")
          : Files.createTempDirectory("found-");
    }
  }

  @TempDir Path disk;

  @TempDir(factory = InMemory.class)
  Path memory;

  private TestServer server;
  private Fids fids;
  private Fids others;

  private void serve(Where where) throws Exception {
    server =
        new TestServer()
            .mount(
                "/m",
                where == Where.MEMFS
                    ? new MemoryFileSystem()
                    : TestServer.localfs(Files.createDirectory(outside(where).resolve("export"))));
    fids = new Fids(server.session());
    fids.attach(MINE, "/m", -1);
    others = new Fids(server.session());
    others.attach(THEIRS, "/m", -1);
  }

  private Path outside(Where where) {
    return where == Where.DISK ? disk : memory;
  }

  @AfterEach
  void stop() throws Exception {
    fids.client().close();
    others.client().close();
    server.close();
  }

  private static void fails(Errno errno, ThrowingCallable call) {
    assertThatCode(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private static void file(Fids by, int directory, String name, String text) throws Exception {
    int fid = by.client().newFid();
    by.walk(directory, fid);
    by.create(fid, name, Fids.READ_WRITE);
    by.write(fid, 0, text);
    by.clunk(fid);
  }

  private String text(int fid) throws Exception {
    int open = fids.client().newFid();
    fids.walk(fid, open);
    fids.open(open, Fids.READ_ONLY);
    String text = fids.read(open, 0, 100);
    fids.clunk(open);
    return text;
  }

  @ParameterizedTest
  @EnumSource
  void aNewFileWithItsNameIsADifferentFile(Where where) throws Exception {
    serve(where);
    file(fids, MINE, "f", "old");
    fids.walk(MINE, FILE, "f");
    others.unlink(THEIRS, "f", 0);
    file(others, THEIRS, "f", "newer");

    assertThat(fids.stat(FILE).size()).isEqualTo(3);
    assertThat(fids.stat(FILE).linkCount()).isZero();
    assertThat(text(FILE)).isEqualTo("old");
    fids.truncate(FILE, 1);
    assertThat(text(FILE)).isEqualTo("o");
    fails(Errno.ESTALE, () -> fids.remove(FILE));

    fids.walk(MINE, FILE, "f");
    assertThat(text(FILE)).isEqualTo("newer");
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatReplacesItIsADifferentFile(Where where) throws Exception {
    serve(where);
    file(fids, MINE, "f", "old");
    fids.walk(MINE, FILE, "f");
    file(others, THEIRS, "g", "newer");
    others.rename(THEIRS, "g", THEIRS, "f");

    assertThat(text(FILE)).isEqualTo("old");
    fails(Errno.ESTALE, () -> fids.remove(FILE));
    fids.walk(MINE, FILE, "f");
    assertThat(text(FILE)).isEqualTo("newer");
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryThatWasRemovedIsEmptyForEver(Where where) throws Exception {
    serve(where);
    fids.mkdir(MINE, "d");
    fids.walk(MINE, FILE, "d");
    others.unlink(THEIRS, "d", DIRECTORY);
    others.mkdir(THEIRS, "d");

    assertThat(fids.stat(FILE).isDirectory()).isTrue();
    fails(Errno.ENOENT, () -> file(fids, FILE, "f", ""));
    fails(Errno.ENOENT, () -> fids.mkdir(FILE, "e"));
    fails(Errno.ENOENT, () -> fids.walk(FILE, 3, "f"));
  }

  /** The file was found inside the export, and no other file becomes reachable from it. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "MEMFS")
  void aFileThatTheHostMovesOutOfTheExportRemainsReachableThroughItsFid(Where where)
      throws Exception {
    serve(where);
    file(fids, MINE, "f", "text");
    fids.walk(MINE, FILE, "f");
    Files.move(outside(where).resolve("export/f"), outside(where).resolve("f"));

    assertThat(text(FILE)).isEqualTo("text");
    fails(Errno.ENOENT, () -> fids.walk(MINE, 3, "f"));
  }

  /** No request fails at the moment when a directory above the file has no name, or another one. */
  @ParameterizedTest
  @EnumSource
  void renamesOfADirectoryAboveHaveNoEffect(Where where) throws Exception {
    useWhileADirectoryAboveIsRenamed(where, 2_000);
  }

  /** Each round is five requests. */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void aHundredThousandRequestsSeeNoRename(Where where) throws Exception {
    useWhileADirectoryAboveIsRenamed(where, 20_000);
  }

  private void useWhileADirectoryAboveIsRenamed(Where where, int rounds) throws Exception {
    serve(where);
    fids.mkdir(MINE, "a");
    fids.walk(MINE, FILE, "a");
    fids.mkdir(FILE, "d");
    fids.walk(FILE, FILE, "d");
    file(fids, FILE, "f", "text");
    fids.walk(FILE, FILE, "f");

    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Integer> renames =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                int count = 0;
                for (; !ended.get(); count += 2) {
                  others.rename(THEIRS, "a", THEIRS, "b");
                  others.rename(THEIRS, "b", THEIRS, "a");
                }
                return count;
              } catch (FsException e) {
                throw new AssertionError(e);
              }
            });
    try {
      for (int i = 0; i < rounds; i++) {
        assertThat(fids.stat(FILE).size()).isEqualTo(4);
        assertThat(text(FILE)).isEqualTo("text");
      }
    } finally {
      ended.set(true);
    }
    assertThat(renames.get()).isPositive();
  }
}
