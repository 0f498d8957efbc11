package dev.warren.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What the groups of cases in {@link FileSystemContract} share. */
interface ContractCases {
  /** A time long ago, which a change of a file is bound to leave. */
  long OLD_SECONDS = 1_000_000_000;

  /** Sets the time of change to {@link #OLD_SECONDS}. */
  AttributeChanges OLD =
      AttributeChanges.NONE.withTimes(TimeChange.to(OLD_SECONDS, 0), TimeChange.to(OLD_SECONDS, 0));

  /** The file system under test. */
  FileSystem fs();

  /** An empty directory for this case alone. */
  VfsPath dir();

  /** What the file system lacks. */
  Set<Gap> gaps();

  /** How many entries stand for a very large directory. */
  int manyEntries();

  /** How an error looks from here. */
  Errno visible(Errno errno);

  /** Whether the file system lacks something. */
  default boolean lacks(Gap gap) {
    return gaps().contains(gap);
  }

  /** A path in {@link #dir()}. */
  default VfsPath at(String relative) {
    try {
      return dir().resolveText(relative);
    } catch (FsException e) {
      throw new IllegalArgumentException(relative, e);
    }
  }

  /** Checks that an operation fails with one of these errors. */
  default void fails(FsCall call, Errno... expected) {
    Set<Errno> seen = Arrays.stream(expected).map(this::visible).collect(Collectors.toSet());
    assertThatCode(call::run)
        .as("expecting %s", Arrays.toString(expected))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isIn(seen));
  }

  /** A buffer over the bytes of a text. */
  default ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** Creates a file with a text. */
  default VfsPath file(String relative, String text) throws FsException {
    VfsPath path = at(relative);
    TestFiles.write(fs(), path, text);
    return path;
  }

  /** Creates a directory. */
  default VfsPath directory(String relative) throws FsException {
    VfsPath path = at(relative);
    fs().mkdir(path, TestFiles.DIRECTORY_PERMISSIONS);
    return path;
  }

  /** A file's content. */
  default String text(String relative) throws FsException {
    return TestFiles.readText(fs(), at(relative));
  }

  /** Whether there is something of that name. */
  default boolean exists(String relative) throws FsException {
    return TestFiles.exists(fs(), at(relative));
  }
}
