package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.ESTALE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Handles, which refer to the same file whatever happens to its names. */
interface FoundCases extends ContractCases {
  /** A handle, and the path that starts at it. */
  record Finding(FileHandle handle, VfsPath path) implements AutoCloseable {
    @Override
    public void close() {
      handle.close();
    }

    /** Returns the attributes of the file at the path. */
    AttributesBuffer stat(FileSystem files) throws FsException {
      AttributesBuffer attributes = new AttributesBuffer();
      files.stat(path, attributes);
      return attributes;
    }
  }

  /** Finds a file and checks its attributes; returns null if the file system has no handles. */
  private @Nullable Finding find(String name) throws FsException {
    AttributesBuffer attributes = new AttributesBuffer();
    FileHandle handle = fs().find(at(name), attributes);
    if (!lacks(Gap.FILE_ID)) {
      assertThat(attributes.fileId()).isEqualTo(fs().stat(at(name)).fileId());
    }
    assertThat(attributes.type()).isEqualTo(fs().stat(at(name)).type());
    if (lacks(Gap.FILE_HANDLES)) {
      assertThat(handle).isNull();
      return null;
    }
    return finding(handle, at(name));
  }

  private static Finding finding(@Nullable FileHandle handle, VfsPath path) {
    if (handle == null) {
      throw new AssertionError("no handle on " + path);
    }
    return new Finding(handle, path.at(handle));
  }

  private String text(VfsPath path) throws FsException {
    return TestFiles.readText(fs(), path);
  }

  @Test
  default void whatIsNotThereIsNotFound() throws Exception {
    file("f", "");
    fails(() -> fs().find(at("none"), new AttributesBuffer()), ENOENT);
    fails(() -> fs().find(at("f/x"), new AttributesBuffer()), ENOTDIR);
  }

  @Test
  default void aFoundFileOutlivesItsName() throws Exception {
    file("f", "one");
    try (Finding found = find("f")) {
      fs().unlink(at("f"));
      file("f", "another");
      if (found == null) {
        return;
      }
      assertThat(found.stat(fs()).size()).isEqualTo(3);
      assertThat(found.stat(fs()).fileId()).isNotEqualTo(fs().stat(at("f")).fileId());
      assertThat(text(found.path())).isEqualTo("one");
      fs().setAttributes(found.path(), AttributeChanges.NONE.withSize(1));
      assertThat(text(found.path())).isEqualTo("o");
      assertThat(text("f")).isEqualTo("another");
    }
  }

  @Test
  default void aFoundFileIsTheSameUnderAnotherName() throws Exception {
    file("f", "one");
    try (Finding found = find("f")) {
      fs().rename(at("f"), at("g"), true);
      file("f", "another");
      if (found == null) {
        return;
      }
      assertThat(found.stat(fs()).fileId()).isEqualTo(fs().stat(at("g")).fileId());
      assertThat(text(found.path())).isEqualTo("one");
      try (OpenFile file = fs().open(found.path(), OpenOptions.WRITE.withTruncate(), 0)) {
        file.write(bytes("two"), 0);
      }
      assertThat(text("g")).isEqualTo("two");
    }
  }

  @Test
  default void aFoundFileIsNotWhatReplacesIt() throws Exception {
    file("f", "old");
    file("g", "new one");
    try (Finding found = find("f")) {
      fs().rename(at("g"), at("f"), true);
      if (found != null) {
        assertThat(text(found.path())).isEqualTo("old");
      }
      assertThat(text("f")).isEqualTo("new one");
    }
  }

  @Test
  default void namesInAFoundDirectoryAreNamesInThatDirectory() throws Exception {
    directory("d");
    file("d/f", "in it");
    try (Finding found = find("d")) {
      fs().rename(at("d"), at("moved"), true);
      directory("d");
      if (found == null) {
        return;
      }
      VfsPath d = found.path();
      assertThat(text(d.resolve("f"))).isEqualTo("in it");
      assertThat(TestFiles.names(fs(), d)).containsExactly("f");
      TestFiles.write(fs(), d.resolve("g"), "made");
      fs().mkdir(d.resolve("sub"), TestFiles.DIRECTORY_PERMISSIONS);
      TestFiles.write(fs(), d.resolve("sub").resolve("deep"), "deeper");
      fs().rename(d.resolve("f"), d.resolve("sub").resolve("h"), true);
      fs().unlink(d.resolve("g"));
      assertThat(text("moved/sub/deep")).isEqualTo("deeper");
      assertThat(text("moved/sub/h")).isEqualTo("in it");
      assertThat(exists("moved/g")).isFalse();
      assertThat(TestFiles.names(fs(), at("d"))).isEmpty();
    }
  }

  @Test
  default void nothingIsInADirectoryThatWasFoundAndRemoved() throws Exception {
    directory("d");
    try (Finding found = find("d")) {
      fs().rmdir(at("d"));
      directory("d");
      file("d/f", "");
      if (found == null) {
        return;
      }
      VfsPath f = found.path().resolve("f");
      fails(() -> fs().stat(f), ENOENT);
      fails(() -> fs().open(f, OpenOptions.WRITE.withCreate(), 0644), ENOENT);
      fails(() -> fs().mkdir(f, 0755), ENOENT);
      fails(() -> fs().rename(at("d/f"), f, true), ENOENT);
    }
  }

  /** An operation on the name of a file that was found must not remove another file's name. */
  @Test
  default void theNameOfAnotherFileIsNotTaken() throws Exception {
    file("f", "one");
    directory("d");
    try (Finding file = find("f");
        Finding directory = find("d")) {
      fs().unlink(at("f"));
      fs().rmdir(at("d"));
      file("f", "another");
      directory("d");
      if (file == null || directory == null) {
        return;
      }
      fails(() -> fs().unlink(file.path()), ESTALE);
      fails(() -> fs().rename(file.path(), at("g"), true), ESTALE);
      fails(() -> fs().rmdir(directory.path()), ESTALE);
      assertThat(text("f")).isEqualTo("another");
      assertThat(exists("d")).isTrue();
      assertThat(exists("g")).isFalse();
    }
  }

  @Test
  default void aFoundFileGetsAnotherName() throws Exception {
    if (lacks(Gap.HARD_LINKS)) {
      return;
    }
    file("f", "one");
    try (Finding found = find("f")) {
      fs().rename(at("f"), at("g"), true);
      file("f", "another");
      if (found != null) {
        fs().link(found.path(), at("h"));
        assertThat(text("h")).isEqualTo("one");
      }
    }
  }

  @Test
  default void aFoundLinkIsItself() throws Exception {
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      return;
    }
    fs().symlink("target", at("l"));
    try (Finding found = find("l")) {
      fs().rename(at("l"), at("m"), true);
      if (found != null) {
        assertThat(fs().readlink(found.path())).isEqualTo("target");
      }
    }
  }

  @Test
  default void attributesOfAFoundFileChange() throws Exception {
    if (lacks(Gap.SET_ATTRIBUTES) || lacks(Gap.XATTRS)) {
      return;
    }
    file("f", "one");
    try (Finding found = find("f")) {
      fs().rename(at("f"), at("g"), true);
      if (found == null) {
        return;
      }
      fs().setAttributes(found.path(), AttributeChanges.NONE.withPermissions(0600));
      assertThat(fs().stat(at("g")).permissions()).isEqualTo(0600);
      fs().setXattr(found.path(), "user.x", new byte[] {1}, XattrMode.SET);
      assertThat(fs().getXattr(at("g"), "user.x")).containsExactly(1);
      assertThat(fs().listXattrs(found.path())).containsExactly("user.x");
      fs().removeXattr(found.path(), "user.x");
      assertThat(fs().listXattrs(at("g"))).isEmpty();
    }
  }

  @Test
  default void whatWasFoundTwiceEndsTwice() throws Exception {
    file("f", "one");
    Finding first = find("f");
    if (first == null) {
      return;
    }
    Finding second = finding(fs().find(first.path(), new AttributesBuffer()), at("f"));
    first.close();
    VfsPath again = second.path();
    assertThat(text(again)).isEqualTo("one");
    second.close();
    fails(() -> fs().stat(again), EBADF);
    fails(() -> fs().open(again, OpenOptions.READ, 0), EBADF);
  }

  /** A handle of another file system is ignored; the path is looked up by its names. */
  @Test
  default void anotherFileSystemsHandleIsNotLookedAt() throws Exception {
    file("f", "one");
    FileHandle foreign =
        () -> {
          throw new AssertionError("closed by the other file system");
        };
    assertThat(text(at("f").at(foreign))).isEqualTo("one");
    assertThat(exists(at("").at(foreign), "f")).isTrue();
  }

  private boolean exists(VfsPath directory, String name) throws FsException {
    return TestFiles.exists(fs(), directory.resolve(name));
  }
}
