package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static dev.warren.api.synthetic.Trees.read;
import static dev.warren.api.synthetic.Trees.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However many files are open, together they use no more memory than the plugin may have. */
class ChargeTest {
  private static final int LARGE = 1 << 16;

  private final MemoryBudget budget = new MemoryBudget(1 << 20, 1 << 20);
  private final MemoryBudget.Account account = budget.open();

  private FileSystem of(SyntheticFile file) {
    return new SyntheticFileSystem(SyntheticDirectory.fixed().with("file", file), account);
  }

  private interface Action {
    void on(OpenFile file) throws FsException;
  }

  /** Opens and uses files until there is no memory for another one. */
  private List<OpenFile> useUntilFull(FileSystem fs, OpenOptions options, Action use)
      throws FsException {
    List<OpenFile> files = new ArrayList<>();
    try {
      while (files.size() < 1000) {
        files.add(open(fs, options));
        use.on(files.getLast());
      }
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
    }
    assertThat(files).hasSizeBetween(2, 999);
    assertThat(account.charged(Use.CONTENTS)).isPositive();
    return files;
  }

  private void assertAllGivenBack() {
    assertThat(account.charged(Use.CONTENTS)).isZero();
  }

  @Test
  void writtenContentIsCharged() throws Exception {
    FileSystem fs = of(SyntheticFile.command(line -> {}));
    List<OpenFile> files =
        useUntilFull(fs, OpenOptions.WRITE, file -> write(file, "x".repeat(LARGE), 0));
    OpenFile spoiled = files.removeLast();
    assertErrno(Errno.ENOMEM, () -> write(spoiled, "x", 0));
    spoiled.abort(new FsException(Errno.ECONNRESET));
    for (OpenFile file : files) {
      file.close();
    }
    assertAllGivenBack();
  }

  @Test
  void computedContentIsCharged() throws Exception {
    FileSystem fs = of(SyntheticFile.text(() -> "x".repeat(LARGE)));
    for (OpenFile file : useUntilFull(fs, OpenOptions.READ, file -> {})) {
      file.close();
    }
    assertAllGivenBack();
  }

  @Test
  void aDeliveryIsChargedAndReturnedIfThereIsNoMemory() throws Exception {
    List<String> fates = new ArrayList<>();
    Delivery delivery =
        new Delivery() {
          @Override
          public byte[] content() {
            return new byte[LARGE];
          }

          @Override
          public void accepted() {
            fates.add("accepted");
          }

          @Override
          public void returned() {
            fates.add("returned");
          }
        };
    FileSystem fs = of(SyntheticFile.delivery(() -> delivery));
    List<OpenFile> files = useUntilFull(fs, OpenOptions.READ, file -> read(file, 0));
    assertThat(fates).containsExactly("returned");
    fs.close();
    assertThat(fates).hasSize(files.size()).containsOnly("returned");
    assertAllGivenBack();
  }

  @Test
  void storedContentIsChargedOnceForAllOpenFiles() throws Exception {
    MemoryContent content = new MemoryContent();
    content.store(new byte[LARGE]);
    FileSystem fs = of(SyntheticFile.stored(content).withMaxWrite(1 << 20));
    OpenFile one = open(fs, OpenOptions.READ_WRITE);
    long charged = account.charged(Use.CONTENTS);
    assertThat(charged).isGreaterThanOrEqualTo(LARGE);
    OpenFile other = open(fs, OpenOptions.READ);
    assertThat(account.charged(Use.CONTENTS)).isEqualTo(charged);
    assertErrno(Errno.ENOMEM, () -> one.truncate(1 << 20));
    write(one, "more", LARGE);
    assertThat(account.charged(Use.CONTENTS)).isGreaterThan(charged);
    one.close();
    assertThat(account.charged(Use.CONTENTS)).as("somebody has it open").isPositive();
    other.close();
    assertAllGivenBack();
    assertThat(content.size()).isEqualTo(LARGE + 4);
  }

  @Test
  void aFileForWhichThereIsNoMemoryIsNotOpened() throws Exception {
    MemoryContent content = new MemoryContent();
    content.store(new byte[1 << 20]);
    FileSystem fs = of(SyntheticFile.stored(content).withMaxWrite(1 << 21));
    assertErrno(Errno.ENOMEM, () -> open(fs, OpenOptions.READ));
    assertAllGivenBack();
  }

  @Test
  void nothingIsChargedAfterTheClose() throws Exception {
    Charge charge = new Charge(account);
    charge.take(10);
    charge.end();
    charge.end();
    assertErrno(Errno.EBADF, () -> charge.take(1));
    assertAllGivenBack();
  }
}
