package dev.warren.testkit;

import static dev.warren.api.Errno.EAGAIN;
import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Non-blocking views: the same result, or WouldBlockException and no change. */
interface NonBlockingCases extends ContractCases {

  /** A call with a result. */
  @FunctionalInterface
  interface Producer<T> {
    /** Performs the call. */
    T get() throws FsException;
  }

  private static <T> Optional<T> tried(Producer<T> call) throws FsException {
    try {
      return Optional.of(call.get());
    } catch (WouldBlockException e) {
      return Optional.empty();
    }
  }

  @Test
  default void theViewIsAlwaysTheSameObject() throws Exception {
    file("f", "");
    assertThat(fs().nonBlocking()).isSameAs(fs().nonBlocking());
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0);
        OpenDirectory open = fs().openDirectory(dir())) {
      assertThat(file.nonBlocking()).isSameAs(file.nonBlocking());
      assertThat(open.nonBlocking()).isSameAs(open.nonBlocking());
    }
  }

  @Test
  default void theViewOfTheFileSystemAgreesWithIt() throws Exception {
    file("f", "content");
    FileSystem view = fs().nonBlocking();
    if (view == null) {
      assertThat(fs().nonBlocking()).isNull();
      return;
    }
    FileAttributes expected = fs().stat(at("f"));
    tried(() -> view.stat(at("f")))
        .ifPresent(found -> assertThat(found.size()).isEqualTo(expected.size()));
    fails(() -> view.stat(at("none")), ENOENT, EAGAIN);
    fails(() -> view.openDirectory(at("f")), ENOTDIR, EAGAIN);
    Optional<OpenFile> opened = tried(() -> view.open(at("f"), OpenOptions.READ, 0));
    if (opened.isPresent()) {
      try (OpenFile file = opened.get()) {
        assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("content");
      }
    }
  }

  @Test
  default void whatTheViewCouldNotDoHasNotHappened() throws Exception {
    FileSystem view = fs().nonBlocking();
    if (view == null) {
      assertThat(fs().nonBlocking()).isNull();
      return;
    }
    file("f", "content");
    boolean made = tried(() -> run(() -> view.mkdir(at("d"), 0755))).isPresent();
    assertThat(exists("d")).isEqualTo(made);
    boolean moved = tried(() -> run(() -> view.rename(at("f"), at("g"), true))).isPresent();
    assertThat(exists("g")).isEqualTo(moved);
    assertThat(exists("f")).isEqualTo(!moved);
    VfsPath file = at(moved ? "g" : "f");
    boolean removed = tried(() -> run(() -> view.unlink(file))).isPresent();
    assertThat(TestFiles.exists(fs(), file)).isEqualTo(!removed);
    OpenOptions create = OpenOptions.WRITE.withExclusive();
    Optional<OpenFile> created = tried(() -> view.open(at("new"), create, 0644));
    assertThat(exists("new")).isEqualTo(created.isPresent());
    if (created.isPresent()) {
      created.get().close();
    }
  }

  private static boolean run(FsCall call) throws FsException {
    call.run();
    return true;
  }

  @Test
  default void theViewOfAFileAgreesWithIt() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      OpenFile view = file.nonBlocking();
      if (view == null) {
        assertThat(file.nonBlocking()).isNull();
        return;
      }
      ByteBuffer target = ByteBuffer.allocateDirect(100);
      Optional<Integer> read = tried(() -> view.read(target, 3));
      assertThat(target.position()).isEqualTo(read.isPresent() ? 4 : 0);
      ByteBuffer source = bytes("CON");
      Optional<Integer> written = tried(() -> view.write(source, 0));
      assertThat(source.position()).isEqualTo(written.isPresent() ? 3 : 0);
      assertThat(text("f")).isEqualTo(written.isPresent() ? "CONtent" : "content");
      tried(view::stat).ifPresent(found -> assertThat(found.size()).isEqualTo(7));
      fails(() -> view.read(ByteBuffer.allocate(1), -1), EINVAL, EAGAIN);
    }
  }

  @Test
  default void closingTheViewClosesTheFile() throws Exception {
    file("f", "content");
    OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
    OpenFile view = file.nonBlocking();
    OpenFile closing = view == null ? file : view;
    closing.close();
    fails(() -> file.read(ByteBuffer.allocate(1), 0), EBADF);
    fails(() -> closing.read(ByteBuffer.allocate(1), 0), EBADF);
    file.close();
  }

  @Test
  default void aClosedFileIsEbadfThroughItsViewToo() throws Exception {
    file("f", "content");
    OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
    OpenFile view = file.nonBlocking();
    file.close();
    OpenFile closed = view == null ? file : view;
    fails(() -> closed.read(ByteBuffer.allocate(1), 0), EBADF);
    fails(() -> closed.write(bytes("x"), 0), EBADF);
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void theViewOfADirectoryAgreesWithIt() throws Exception {
    file("f", "");
    file("g", "");
    try (OpenDirectory open = fs().openDirectory(dir())) {
      OpenDirectory view = open.nonBlocking();
      if (view == null) {
        assertThat(open.nonBlocking()).isNull();
        return;
      }
      List<String> names = new ArrayList<>();
      if (tried(() -> run(() -> view.read(0, false, entry -> names.add(entry.name()))))
          .isPresent()) {
        assertThat(names).isEqualTo(TestFiles.names(fs(), dir()));
      }
    }
  }
}
