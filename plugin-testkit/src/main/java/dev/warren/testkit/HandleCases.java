package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.EIO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Open files: closing, aborting, copying. */
interface HandleCases extends ContractCases {

  private void checkClosed(OpenFile file) {
    fails(() -> file.read(ByteBuffer.allocate(1), 0), EBADF);
    fails(() -> file.write(bytes("x"), 0), EBADF);
    fails(file::stat, EBADF);
    fails(() -> file.truncate(0), EBADF);
    fails(() -> file.sync(false), EBADF);
    fails(() -> file.setAttributes(AttributeChanges.NONE.withPermissions(0600)), EBADF);
  }

  @Test
  default void aClosedFileIsEbadf() throws Exception {
    file("f", "content");
    OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
    file.close();
    checkClosed(file);
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void anAbortedFileIsEbadf() throws Exception {
    file("f", "content");
    OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
    file.abort(new FsException(EIO, "the client is gone"));
    checkClosed(file);
  }

  @Test
  default void closingAndAbortingAgainDoesNothing() throws Exception {
    file("f", "content");
    OpenFile closed = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
    closed.close();
    closed.close();
    closed.abort(new FsException(EIO));
    OpenFile aborted = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
    aborted.abort(new FsException(EIO));
    aborted.abort(new FsException(EIO));
    aborted.close();
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void whatWasWrittenStaysAfterAnAbort() throws Exception {
    OpenFile file = fs().open(at("f"), OpenOptions.REPLACE, 0644);
    file.write(bytes("written"), 0);
    file.abort(new FsException(EIO, "the client is gone"));
    assertThat(text("f")).isEqualTo("written");
  }

  @Test
  default void closingOneHandleLeavesTheOthers() throws Exception {
    file("f", "content");
    OpenFile a = fs().open(at("f"), OpenOptions.READ, 0);
    try (OpenFile b = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      a.close();
      assertThat(b.write(bytes("C"), 0)).isEqualTo(1);
      assertThat(new String(TestFiles.read(b), UTF_8)).isEqualTo("Content");
    }
  }

  @Test
  default void oneOfManyClosesTakesEffect() throws Exception {
    for (int round = 0; round < 20; round++) {
      OpenFile file = fs().open(at("f"), OpenOptions.REPLACE, 0644);
      file.write(bytes("written"), 0);
      Race.run(
          4,
          index -> {
            if (index % 2 == 0) {
              file.close();
            } else {
              file.abort(new FsException(EIO));
            }
          });
      checkClosed(file);
    }
    assertThat(text("f")).isEqualTo("written");
  }

  @Test
  default void closingWhileOthersReadAndWriteEndsThem() throws Exception {
    for (int round = 0; round < 10; round++) {
      OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644);
      file.write(bytes("content"), 0);
      AtomicBoolean closed = new AtomicBoolean();
      Race.run(
          3,
          index -> {
            if (index == 0) {
              file.close();
              closed.set(true);
            } else if (index == 1) {
              useUntilRefused(closed, () -> file.read(ByteBuffer.allocate(7), 0));
            } else {
              useUntilRefused(closed, () -> file.write(bytes("CONTENT"), 0));
            }
          });
    }
  }

  private void useUntilRefused(AtomicBoolean closed, FsCall use) {
    fails(
        () -> {
          boolean last;
          do {
            last = closed.get();
            use.run();
          } while (!last);
        },
        EBADF);
  }

  @Test
  default void closingTheFileSystemClosesItsFiles() throws Exception {
    file("f", "content");
    OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
    OpenDirectory directory = fs().openDirectory(dir());
    fs().close();
    fs().close();
    fails(() -> file.write(bytes("x"), 0), EBADF, EIO);
    fails(() -> directory.read(0, false, entry -> true), EBADF, EIO);
    fails(() -> fs().stat(at("f")), EBADF, EIO);
    file.close();
    directory.close();
  }

  @Test
  default void statOfAnOpenFileAgreesWithThatOfItsPath() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      FileAttributes open = file.stat();
      FileAttributes path = fs().stat(at("f"));
      assertThat(open.type()).isEqualTo(path.type());
      assertThat(open.permissions()).isEqualTo(path.permissions());
      assertThat(open.size()).isEqualTo(path.size());
      assertThat(open.uid()).isEqualTo(path.uid());
      assertThat(open.gid()).isEqualTo(path.gid());
      assertThat(open.linkCount()).isEqualTo(path.linkCount());
      assertThat(open.modifyTime()).isEqualTo(path.modifyTime());
      if (!lacks(Gap.FILE_ID)) {
        assertThat(open.fileId()).isEqualTo(path.fileId());
      }
      if (!lacks(Gap.VERSION)) {
        assertThat(open.version()).isEqualTo(path.version());
      }
    }
  }

  @Test
  default void copyToCopiesARange() throws Exception {
    byte[] content = ReadWriteCases.pattern(500_000);
    TestFiles.write(fs(), at("f"), content);
    file("g", "0123456789");
    try (OpenFile source = fs().open(at("f"), OpenOptions.READ, 0);
        OpenFile target = fs().open(at("g"), OpenOptions.READ_WRITE, 0)) {
      assertThat(source.copyTo(1_000, 300_000, target, 5)).isEqualTo(300_000);
      assertThat(target.stat().size()).isEqualTo(300_005);
      assertThat(TestFiles.read(target, 0, 5)).isEqualTo("01234".getBytes(UTF_8));
      assertThat(TestFiles.read(target, 5, 400_000))
          .isEqualTo(Arrays.copyOfRange(content, 1_000, 301_000));
    }
  }

  @Test
  default void copyToStopsAtTheEndOfTheSource() throws Exception {
    file("f", "0123456789");
    file("g", "");
    try (OpenFile source = fs().open(at("f"), OpenOptions.READ, 0);
        OpenFile target = fs().open(at("g"), OpenOptions.WRITE, 0)) {
      assertThat(source.copyTo(6, 100, target, 0)).isEqualTo(4);
      assertThat(source.copyTo(10, 100, target, 4)).isZero();
      assertThat(source.copyTo(100, 100, target, 4)).isZero();
      assertThat(source.copyTo(0, 0, target, 4)).isZero();
    }
    assertThat(text("g")).isEqualTo("6789");
  }

  @Test
  default void copyToCopiesInsideOneFile() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      assertThat(file.copyTo(0, 3, file, 7)).isEqualTo(3);
      assertThat(file.copyTo(0, 2, file, 12)).isEqualTo(2);
    }
    assertThat(text("f")).isEqualTo("0123456012\0\00001");
  }

  @Test
  default void copyToDoesNotReadWhatItWrites() throws Exception {
    file("f", "0123456789");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      assertThat(file.copyTo(0, 50, file, 10)).isEqualTo(10);
      assertThat(file.copyTo(20, 50, file, 20)).isZero();
      assertThat(file.copyTo(18, 5, file, 25)).isEqualTo(2);
    }
    assertThat(text("f")).isEqualTo("01234567890123456789\0\0\0\0\00089");
  }

  @Test
  default void copyToIsEinvalForRangesOfOneFileThatOverlap() throws Exception {
    file("f", "0123456789");
    try (OpenFile source = fs().open(at("f"), OpenOptions.READ_WRITE, 0);
        OpenFile target = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      fails(() -> source.copyTo(0, 5, source, 2), EINVAL);
      fails(() -> source.copyTo(0, Long.MAX_VALUE, source, 9), EINVAL);
      if (lacks(Gap.COPY_OVERLAP)) {
        assertThat(source.copyTo(0, 5, target, 2)).isEqualTo(5);
        assertThat(text("f")).hasSize(10).startsWith("01").endsWith("789");
        return;
      }
      fails(() -> source.copyTo(2, 5, target, 0), EINVAL);
    }
    assertThat(text("f")).isEqualTo("0123456789");
  }

  @Test
  default void copyToNeedsTheRightToReadAndToWrite() throws Exception {
    file("f", "0123456789");
    file("g", "kept");
    try (OpenFile reader = fs().open(at("f"), OpenOptions.READ, 0);
        OpenFile writer = fs().open(at("f"), OpenOptions.WRITE, 0);
        OpenFile other = fs().open(at("g"), OpenOptions.READ_WRITE, 0);
        OpenFile otherReader = fs().open(at("g"), OpenOptions.READ, 0)) {
      fails(() -> writer.copyTo(0, 1, other, 0), EBADF);
      fails(() -> reader.copyTo(0, 1, otherReader, 0), EBADF);
      fails(() -> reader.copyTo(-1, 1, other, 0), EINVAL);
      fails(() -> reader.copyTo(0, 1, other, -1), EINVAL);
    }
    assertThat(text("g")).isEqualTo("kept");
  }

  @Test
  default void copyToWorksIntoAnotherKindOfFile() throws Exception {
    file("f", "content");
    file("g", "");
    try (OpenFile source = fs().open(at("f"), OpenOptions.READ, 0);
        OpenFile target = fs().open(at("g"), OpenOptions.WRITE, 0)) {
      OpenFile foreign = new ForeignFile(target);
      assertThat(source.copyTo(0, 100, foreign, 0)).isEqualTo(7);
    }
    assertThat(text("g")).isEqualTo("content");
  }

  /** A file that no file system recognises as its own. */
  final class ForeignFile implements OpenFile {
    private final OpenFile delegate;

    ForeignFile(OpenFile delegate) {
      this.delegate = delegate;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws FsException {
      return delegate.read(target, offset);
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      return delegate.write(source, offset);
    }

    @Override
    public FileAttributes stat() throws FsException {
      return delegate.stat();
    }

    @Override
    public void close() throws FsException {
      delegate.close();
    }
  }
}
