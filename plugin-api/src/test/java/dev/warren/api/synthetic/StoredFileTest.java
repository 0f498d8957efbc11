package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.FILE;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static dev.warren.api.synthetic.Trees.read;
import static dev.warren.api.synthetic.Trees.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.WouldBlockException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files with a content that the plugin loads and stores; the contract test is in the test kit. */
@Timeout(60)
class StoredFileTest {
  private static final Instant LONG_AGO = Instant.ofEpochSecond(1_000_000_000);

  private final Kept kept = new Kept();
  private final SyntheticFile file = SyntheticFile.stored(kept);
  private final FileSystem fs = Trees.of(file);

  /** A content that records its calls. */
  private static final class Kept implements StoredContent {
    private final List<String> stored = new ArrayList<>();
    private String text = "content";
    private int loads;
    private String refusal = "";

    @Override
    public synchronized long size() {
      return text.length();
    }

    @Override
    public Instant modified() {
      return LONG_AGO;
    }

    @Override
    public synchronized byte[] load() throws IOException {
      requireWell();
      loads++;
      return text.getBytes(UTF_8);
    }

    @Override
    public synchronized void store(byte[] content) throws IOException {
      requireWell();
      text = new String(content, UTF_8);
      stored.add(text);
    }

    private void requireWell() throws FsException {
      if (!refusal.isEmpty()) {
        throw new FsException(Errno.ENOSPC, refusal);
      }
    }
  }

  @Test
  void itIsLoadedOnceAndStoredAtTheClose() throws Exception {
    assertThat(fs.stat(FILE).size()).isEqualTo(7);
    assertThat(fs.stat(FILE).modifyTime()).isEqualTo(LONG_AGO);
    assertThat(kept.loads).as("by looking at it").isZero();
    try (OpenFile one = open(fs, OpenOptions.READ_WRITE);
        OpenFile other = open(fs, OpenOptions.READ)) {
      assertThat(kept.loads).isEqualTo(1);
      write(one, "CON", 0);
      write(one, "!", 7);
      assertThat(read(other, 0)).isEqualTo("CONtent!");
      assertThat(fs.stat(FILE).size()).isEqualTo(8);
      assertThat(fs.stat(FILE).modifyTime()).isAfter(LONG_AGO);
      assertThat(kept.stored).isEmpty();
    }
    assertThat(kept.stored).containsExactly("CONtent!");
    assertThat(fs.stat(FILE).modifyTime()).as("as the plugin says").isEqualTo(LONG_AGO);
  }

  @Test
  void aFileThatWasOnlyReadIsNotStored() throws Exception {
    assertThat(read(fs, FILE)).isEqualTo("content");
    open(fs, OpenOptions.READ_WRITE).close();
    assertThat(kept.stored).isEmpty();
    assertThat(kept.loads).as("nobody had it open between").isEqualTo(2);
  }

  @Test
  void writesOfALostClientRemain() throws Exception {
    OpenFile lost = open(fs, OpenOptions.WRITE);
    write(lost, "CON", 0);
    lost.abort(new FsException(Errno.ECONNRESET));
    assertThat(kept.stored).containsExactly("CONtent");
  }

  @Test
  void aReaderDoesNotStoreTheWritesOfOthers() throws Exception {
    OpenFile reader = open(fs, OpenOptions.READ);
    OpenFile writer = open(fs, OpenOptions.WRITE);
    write(writer, "CON", 0);
    reader.close();
    assertThat(kept.stored).as("half of what is being written").isEmpty();
    write(writer, "TENT", 3);
    writer.close();
    assertThat(kept.stored).containsExactly("CONTENT");
  }

  @Test
  void truncationLoadsNothing() throws Exception {
    open(fs, OpenOptions.REPLACE).close();
    assertThat(kept.loads).isZero();
    assertThat(kept.stored).containsExactly("");
  }

  @Test
  void itIsStoredByASync() throws Exception {
    try (OpenFile synced = open(fs, OpenOptions.WRITE)) {
      write(synced, "A", 0);
      synced.sync(false);
      synced.sync(true);
      assertThat(kept.stored).containsExactly("Aontent");
    }
    OpenFile always = open(fs, OpenOptions.WRITE.withSync());
    assertThat(always.nonBlocking()).isNull();
    write(always, "B", 0);
    assertThat(kept.stored).containsExactly("Aontent", "Bontent");
    always.truncate(1);
    assertThat(kept.stored).containsExactly("Aontent", "Bontent", "B");
    always.close();
    assertThat(kept.stored).hasSize(3);
  }

  @Test
  void contentThatCannotBeStoredFailsTheCloseAndRemainsForOtherOpenFiles() throws Exception {
    OpenFile reader = open(fs, OpenOptions.READ);
    OpenFile writer = open(fs, OpenOptions.WRITE);
    write(writer, "CON", 0);
    kept.refusal = "no space";
    assertThatThrownBy(writer::close).hasMessage("no space");
    assertThat(read(reader, 0)).isEqualTo("CONtent");
    kept.refusal = "";
    reader.close();
    assertThat(kept.stored).containsExactly("CONtent");
  }

  @Test
  void contentThatCannotBeLoadedFailsTheOpen() throws Exception {
    kept.refusal = "gone";
    assertThatThrownBy(() -> open(fs, OpenOptions.READ)).hasMessage("gone");
    kept.refusal = "";
    assertThat(read(fs, FILE)).isEqualTo("content");
  }

  @Test
  void itsSizeIsBounded() throws Exception {
    FileSystem small = Trees.of(file.withMaxWrite(10));
    try (OpenFile open = open(small, OpenOptions.READ_WRITE)) {
      assertErrno(Errno.EFBIG, () -> write(open, "12345", 6));
      assertErrno(Errno.EFBIG, () -> write(open, "1", Long.MAX_VALUE));
      assertErrno(Errno.EFBIG, () -> open.truncate(11));
      write(open, "890", 7);
      assertThat(read(open, 0)).isEqualTo("content890");
    }
    assertThatThrownBy(() -> file.withMaxWrite(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSizeAndTheTimeOfNowCanBeSet() throws Exception {
    AttributeChanges cut =
        AttributeChanges.NONE.withSize(3).withTimes(TimeChange.NOW, TimeChange.NOW);
    fs.setAttributes(FILE, cut);
    assertThat(kept.stored).containsExactly("con");
    fs.setAttributes(FILE, AttributeChanges.NONE.withTimes(null, TimeChange.NOW));
    assertThat(kept.stored).as("touched").containsExactly("con", "con");
    fs.setAttributes(FILE, AttributeChanges.NONE);
    assertErrno(
        Errno.EPERM,
        () ->
            fs.setAttributes(FILE, AttributeChanges.NONE.withTimes(null, TimeChange.to(LONG_AGO))));
    assertErrno(
        Errno.EPERM,
        () -> fs.setAttributes(FILE, AttributeChanges.NONE.withSize(1).withPermissions(0600)));
    assertErrno(Errno.EINVAL, () -> fs.setAttributes(FILE, AttributeChanges.NONE.withSize(-1)));
    assertThat(kept.stored).hasSize(2);
    assertThatThrownBy(() -> fs.nonBlocking().setAttributes(FILE, cut))
        .isSameAs(WouldBlockException.INSTANCE);
  }

  @Test
  void loadAndStoreBlockUnlessItIsImmediate() throws Exception {
    assertThatThrownBy(() -> open(fs.nonBlocking(), OpenOptions.READ))
        .isSameAs(WouldBlockException.INSTANCE);
    try (OpenFile open = open(fs, OpenOptions.READ_WRITE)) {
      assertThat(open.nonBlocking()).isSameAs(open);
      assertThat(open.isCloseNonBlocking()).isTrue();
      write(open, "x", 0);
      assertThat(open.isCloseNonBlocking()).isFalse();
    }
    FileSystem nonBlocking = Trees.of(file.nonBlocking());
    try (OpenFile open = open(nonBlocking.nonBlocking(), OpenOptions.REPLACE)) {
      assertThat(open.isCloseNonBlocking()).isTrue();
    }
  }

  /** A client that opens the file while it is being stored sees the new content. */
  @Test
  void readsDoNotWaitForTheStore() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    StoredContent slow =
        new StoredContent() {
          @Override
          public long size() {
            return 0;
          }

          @Override
          public Instant modified() {
            return LONG_AGO;
          }

          @Override
          public byte[] load() {
            return new byte[0];
          }

          @Override
          public void store(byte[] content) throws IOException {
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    FileSystem tree = Trees.of(SyntheticFile.stored(slow));
    OpenFile reader = open(tree, OpenOptions.READ);
    OpenFile writer = open(tree, OpenOptions.WRITE);
    write(writer, "new", 0);
    Background<Boolean> closing =
        Background.waiting(
            () -> {
              writer.close();
              return true;
            });
    assertThat(read(reader, 0)).isEqualTo("new");
    go.countDown();
    assertThat(closing.result()).isTrue();
    reader.close();
  }

  @Test
  void itCannotBeCombinedWithACommand() {
    SyntheticFile command = SyntheticFile.command(line -> {});
    assertThat(file.permissions()).isEqualTo(0644);
    assertThatThrownBy(() -> file.writtenAs(command)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> command.writtenAs(file)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void contentInMemoryHasTheTimeOfItsLastStore() throws Exception {
    Instant[] now = {LONG_AGO};
    InstantSource clock = () -> now[0];
    FileSystem memory = Trees.of(SyntheticFile.stored(new MemoryContent(clock)));
    assertThat(memory.stat(FILE).modifyTime()).isEqualTo(LONG_AGO);
    now[0] = LONG_AGO.plusSeconds(5);
    try (OpenFile open = open(memory, OpenOptions.WRITE)) {
      write(open, "kept", 0);
    }
    assertThat(memory.stat(FILE).modifyTime()).isEqualTo(LONG_AGO.plusSeconds(5));
    assertThat(memory.stat(FILE).size()).isEqualTo(4);
    assertThat(read(memory, FILE)).isEqualTo("kept");
  }
}
