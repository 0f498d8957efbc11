package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.FILE;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static dev.warren.api.synthetic.Trees.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Waits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files whose content is requested at the first read, and whose delivery learns the outcome. */
@Timeout(60)
class DeliveryTest {
  private final List<String> fates = Collections.synchronizedList(new ArrayList<>());
  private int made;

  private final FileSystem fs = Trees.of(SyntheticFile.delivery(this::next));

  private synchronized Delivery next() {
    made++;
    return delivery("message " + made);
  }

  private Delivery delivery(String text) {
    return new Delivery() {
      @Override
      public byte[] content() {
        return text.getBytes(UTF_8);
      }

      @Override
      public void accepted() {
        fates.add(text + " accepted");
      }

      @Override
      public void returned() {
        fates.add(text + " returned");
      }
    };
  }

  private static int readInto(OpenFile file, int size, long offset) throws FsException {
    return file.read(ByteBuffer.allocate(size), offset);
  }

  @Test
  void statAndOpenTakeNothing() throws Exception {
    assertThat(fs.stat(FILE).size()).isZero();
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      assertThat(file.stat().size()).isZero();
      assertThat(readInto(file, 0, 0)).isZero();
    }
    open(fs, OpenOptions.READ).abort(new FsException(Errno.ECONNRESET));
    assertThat(made).isZero();
    assertThat(fates).isEmpty();
  }

  @Test
  void aReaderThatReadsToTheEndAndClosesHasReceivedIt() throws Exception {
    OpenFile file = open(fs, OpenOptions.READ);
    assertThat(read(file, 0)).isEqualTo("message 1");
    assertThat(read(file, 0)).as("again").isEqualTo("message 1");
    assertThat(file.stat().size()).isEqualTo(9);
    assertThat(read(file, 9)).isEmpty();
    assertThat(fates).as("before the close").isEmpty();
    file.close();
    file.close();
    assertThat(fates).containsExactly("message 1 accepted");
    assertThat(read(fs, FILE)).isEqualTo("message 2");
  }

  @Test
  void aReaderThatClosesEarlyHasNotReceivedIt() throws Exception {
    OpenFile part = open(fs, OpenOptions.READ);
    assertThat(readInto(part, 8, 0)).isEqualTo(8);
    assertThat(readInto(part, 8, 100)).as("the end alone").isZero();
    part.close();
    OpenFile all = open(fs, OpenOptions.READ);
    assertThat(read(all, 0)).isEqualTo("message 2");
    // The reader did not see the end: the client may have given up without receiving the reply.
    all.close();
    assertThat(fates).containsExactly("message 1 returned", "message 2 returned");
  }

  @Test
  void aLostReaderHasNotReceivedIt() throws Exception {
    OpenFile file = open(fs, OpenOptions.READ);
    read(file, 0);
    read(file, 9);
    file.abort(new FsException(Errno.ECONNRESET));
    file.close();
    assertThat(fates).containsExactly("message 1 returned");
  }

  @Test
  void theEndOfTheFileSystemReturnsIt() throws Exception {
    OpenFile file = open(fs, OpenOptions.READ);
    read(file, 0);
    read(file, 9);
    fs.close();
    file.close();
    assertThat(fates).containsExactly("message 1 returned");
    assertErrno(Errno.EBADF, () -> read(file, 0));
  }

  @Test
  void partsMayBeReadInAnyOrder() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      assertThat(readInto(file, 4, 9)).isZero();
      assertThat(readInto(file, 9, 6)).isEqualTo(3);
      assertThat(readInto(file, 2, 0)).isEqualTo(2);
      assertThat(readInto(file, 3, 4)).isEqualTo(3);
      assertThat(readInto(file, 3, 1)).isEqualTo(3);
    }
    try (OpenFile hole = open(fs, OpenOptions.READ)) {
      assertThat(readInto(hole, 4, 9)).isZero();
      assertThat(readInto(hole, 3, 0)).isEqualTo(3);
      assertThat(readInto(hole, 9, 4)).isEqualTo(5);
    }
    assertThat(fates).containsExactly("message 1 accepted", "message 2 returned");
  }

  @Test
  void anEmptyDeliveryIsReceivedOnceItsEndWasSeen() throws Exception {
    FileSystem empty = Trees.of(SyntheticFile.delivery(() -> delivery("")));
    assertThat(read(empty, FILE)).isEmpty();
    assertThat(fates).containsExactly(" accepted");
  }

  @Test
  void aReaderWaitsForADeliveryAsLongAsItWants() throws Exception {
    Object monitor = new Object();
    List<String> waiting = new ArrayList<>();
    FileSystem queue =
        Trees.of(
            SyntheticFile.delivery(
                () -> {
                  synchronized (monitor) {
                    Waits.until(monitor, () -> !waiting.isEmpty());
                    return delivery(waiting.removeFirst());
                  }
                }));
    try (OpenFile file = open(queue, OpenOptions.READ)) {
      Cancellation cancellation = new Cancellation();
      Background<String> gaveUp = Background.waiting(() -> cancellation.call(() -> read(file, 0)));
      cancellation.cancel();
      assertThat(gaveUp.failure()).hasMessage(Errno.EINTR.message());
      Background<String> first = Background.waiting(() -> read(file, 0));
      Background<String> second = Background.waiting(() -> read(file, 2));
      synchronized (monitor) {
        waiting.add("one");
        monitor.notifyAll();
      }
      assertThat(first.result()).isEqualTo("one");
      assertThat(second.result()).as("of the same delivery").isEqualTo("e");
      assertThat(read(file, 3)).isEmpty();
    }
    assertThat(fates).containsExactly("one accepted");
  }

  @Test
  void aDeliveryThatArrivesAfterTheCloseIsReturned() throws Exception {
    Object monitor = new Object();
    boolean[] go = {false};
    FileSystem slow =
        Trees.of(
            SyntheticFile.delivery(
                () -> {
                  synchronized (monitor) {
                    Waits.until(monitor, () -> go[0]);
                  }
                  return delivery("late");
                }));
    OpenFile file = open(slow, OpenOptions.READ);
    Background<String> first = Background.waiting(() -> read(file, 0));
    Background<String> second = Background.waiting(() -> read(file, 0));
    file.close();
    assertThat(second.failure()).hasMessage(Errno.EBADF.message());
    synchronized (monitor) {
      go[0] = true;
      monitor.notifyAll();
    }
    assertThat(first.failure()).hasMessage(Errno.EBADF.message());
    assertThat(fates).containsExactly("late returned");
  }

  @Test
  void errorsOfTheSourceFailTheRead() throws Exception {
    FileSystem none =
        Trees.of(
            SyntheticFile.delivery(
                () -> {
                  throw new FsException(Errno.EAGAIN, "nothing is there");
                }));
    try (OpenFile file = open(none, OpenOptions.READ)) {
      assertThatThrownBy(() -> read(file, 0)).hasMessage("nothing is there");
      assertThatThrownBy(() -> read(file, 0)).as("asked again").hasMessage("nothing is there");
    }
  }

  @Test
  void aDeliveryWhoseContentCannotBeReadIsReturned() throws Exception {
    FileSystem broken =
        Trees.of(
            SyntheticFile.delivery(
                () ->
                    new Delivery() {
                      @Override
                      public byte[] content() {
                        throw new IllegalStateException("cannot be read");
                      }

                      @Override
                      public void accepted() {
                        fates.add("accepted");
                      }

                      @Override
                      public void returned() {
                        fates.add("returned");
                      }
                    }));
    try (OpenFile file = open(broken, OpenOptions.READ)) {
      assertErrno(Errno.EIO, () -> read(file, 0));
    }
    assertThat(fates).containsExactly("returned");
  }

  @Test
  void anErrorOfAcceptedFailsTheClose() throws Exception {
    Delivery refused =
        new Delivery() {
          @Override
          public byte[] content() {
            return new byte[0];
          }

          @Override
          public void accepted() throws IOException {
            throw new FsException(Errno.ENOSPC, "cannot be noted");
          }

          @Override
          public void returned() {
            throw new IllegalStateException("nobody wants it");
          }
        };
    FileSystem tree = Trees.of(SyntheticFile.delivery(() -> refused));
    OpenFile file = open(tree, OpenOptions.READ);
    read(file, 0);
    assertThatThrownBy(file::close).hasMessage("cannot be noted");
    OpenFile lost = open(tree, OpenOptions.READ);
    read(lost, 0);
    FsException cause = new FsException(Errno.ECONNRESET);
    lost.abort(cause);
    assertThat(cause.getSuppressed()).hasSize(1);
  }

  @Test
  void itBlocksUnlessItIsImmediate() throws Exception {
    OpenFile file = open(fs.nonBlocking(), OpenOptions.READ);
    assertThat(file.nonBlocking()).isNull();
    assertThat(file.isCloseNonBlocking()).as("nothing was taken").isTrue();
    read(file, 0);
    assertThat(file.isCloseNonBlocking()).isFalse();
    file.close();
    FileSystem files = Trees.of(SyntheticFile.delivery(this::next).nonBlocking());
    try (OpenFile nonBlocking = open(files.nonBlocking(), OpenOptions.READ)) {
      assertThat(nonBlocking.nonBlocking()).isSameAs(nonBlocking);
      read(nonBlocking, 0);
      assertThat(nonBlocking.isCloseNonBlocking()).isTrue();
    }
  }

  @Test
  void aDeliveryCanBeMadeOfBytes() throws Exception {
    FileSystem tree = Trees.of(SyntheticFile.delivery(() -> Delivery.of(new byte[] {'x'})));
    assertThat(read(tree, FILE)).isEqualTo("x");
    try (OpenFile file = open(tree, OpenOptions.READ)) {
      assertThat(read(file, 0)).isEqualTo("x");
      assertThat(read(file, 1)).isEmpty();
    }
  }

  @Test
  void writesAreCommittedWhateverHappensToTheDelivery() throws Exception {
    List<String> done = new ArrayList<>();
    FileSystem both =
        Trees.of(SyntheticFile.delivery(this::next).writtenAs(SyntheticFile.command(done::add)));
    OpenFile file = open(both, OpenOptions.READ_WRITE);
    read(file, 0);
    Trees.write(file, "go\n", 0);
    file.close();
    assertThat(done).containsExactly("go");
    assertThat(fates).containsExactly("message 1 returned");
  }
}
