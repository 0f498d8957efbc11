package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FaultyFileSystemTest {
  private static final VfsPath F = TestFiles.path("/f");

  private final FaultyFileSystem fs = new FaultyFileSystem(new FlatFileSystem());

  private static void checkFails(ThrowingCallable call, Errno errno) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void chosenCallsFailUntilTheFileSystemIsHealed() throws Exception {
    TestFiles.write(fs, F, "content");
    fs.fail(Operation.WRITE, F, Errno.ENOSPC);
    try (OpenFile file = fs.open(F, OpenOptions.READ_WRITE, 0)) {
      checkFails(() -> file.write(ByteBuffer.allocate(1), 0), Errno.ENOSPC);
      checkFails(() -> file.write(ByteBuffer.allocate(1), 0), Errno.ENOSPC);
      assertThat(TestFiles.read(file)).hasSize(7);
      fs.heal();
      assertThat(file.write(ByteBuffer.allocate(1), 6)).isEqualTo(1);
    }
  }

  @Test
  void callsFailAsOftenAsTheyAreTold() throws Exception {
    TestFiles.write(fs, F, "content");
    fs.failTimes(2, call -> call.operation() == Operation.STAT, Errno.EIO);
    checkFails(() -> fs.stat(F), Errno.EIO);
    checkFails(() -> fs.stat(F), Errno.EIO);
    assertThat(fs.stat(F).size()).isEqualTo(7);
  }

  @Test
  void aFailedCallDoesNotReachTheFileSystem() throws Exception {
    TestFiles.write(fs, F, "content");
    fs.fail(Operation.UNLINK, F, Errno.EBUSY);
    checkFails(() -> fs.unlink(F), Errno.EBUSY);
    assertThat(TestFiles.readText(fs, F)).isEqualTo("content");
  }
}
