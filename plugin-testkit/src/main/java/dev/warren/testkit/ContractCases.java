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

/** The common part of the groups of cases in {@link FileSystemContract}. */
interface ContractCases {
  /** A time long ago, which any change of a file is certain to replace. */
  long OLD_SECONDS = 1_000_000_000;

  /** Sets the modification time to {@link #OLD_SECONDS}. */
  AttributeChanges OLD =
      AttributeChanges.NONE.withTimes(TimeChange.to(OLD_SECONDS, 0), TimeChange.to(OLD_SECONDS, 0));

  /** The file system under test. */
  FileSystem fs();

  /** An empty directory for this case alone. */
  VfsPath dir();

  /** What the file system does not support. */
  Set<Gap> gaps();

  /** How many entries represent a very large directory. */
  int manyEntries();

  /** Returns how an error appears to the test. */
  Errno visible(Errno errno);

  /** Whether the file system does not support something. */
  default boolean lacks(Gap gap) {
    return gaps().contains(gap);
  }

  /** Returns a path in {@link #dir()}. */
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

  /** Returns a buffer with the bytes of a text. */
  default ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** Creates a file with the given text. */
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

  /** Returns a file's content. */
  default String text(String relative) throws FsException {
    return TestFiles.readText(fs(), at(relative));
  }

  /** Whether a file of that name exists. */
  default boolean exists(String relative) throws FsException {
    return TestFiles.exists(fs(), at(relative));
  }
}
