package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file that one user of a mount has open, and that has been unlinked. */
class UnlinkedFileTest {
  private static final int OWNER = 1;
  private static final int OPEN = 2;
  private static final int LOOKED_UP = 3;
  private static final int OTHER = 4;
  private static final int OTHERS = 5;

  private TestServer server;
  private Fids fids;

  /** One connection, and one attach for each user, as the Linux client does. */
  @BeforeEach
  void open() throws Exception {
    server = new TestServer().mount("/files", new MemoryFileSystem());
    fids = new Fids(server.session());
    fids.attach(OWNER, "/files", 5);
    fids.walk(OWNER, OPEN);
    fids.create(OPEN, "file", Fids.READ_WRITE);
    fids.write(OPEN, 0, "theirs");
    fids.walk(OWNER, LOOKED_UP, "file");
    fids.attach(OTHER, "/files", 6);
    fids.walk(OTHER, OTHERS, "file");
  }

  @AfterEach
  void close() throws Exception {
    fids.client().close();
    server.close();
  }

  /**
   * Each user acts with their own rights (which memfs does not check) on the file they walked to.
   */
  @Test
  void anotherUserReachesTheFileThatTheyWalkedTo() throws Exception {
    fids.unlink(OWNER, "file", 0);
    fids.walk(OTHER, 6);
    fids.create(6, "file", Fids.READ_WRITE);
    fids.write(6, 0, "mine");
    fids.truncate(OTHERS, 1);
    assertThat(fids.stat(OTHERS).linkCount()).isZero();
    assertThat(fids.read(6, 0, 10)).isEqualTo("mine");
    assertThat(fids.read(OPEN, 0, 10)).isEqualTo("t");
  }

  /** A new walk finds the file that has the name now. */
  @Test
  void aWalkDoesNotReachIt() throws Exception {
    fids.unlink(OWNER, "file", 0);
    fails(Errno.ENOENT, () -> fids.walk(OTHER, 6, "file"));
    assertThat(fids.read(OPEN, 0, 10)).isEqualTo("theirs");
  }

  /** Removing the file of one fid does not remove another file with its name. */
  @Test
  void theNewFileIsNotRemovedInsteadOfIt() throws Exception {
    fids.unlink(OWNER, "file", 0);
    fids.walk(OTHER, 6);
    fids.create(6, "file", Fids.READ_WRITE);
    fails(Errno.ESTALE, () -> fids.remove(OTHERS));
    assertThat(fids.walk(OTHER, 7, "file")).hasSize(1);
  }

  @Test
  void itsUserCanStillChangeIt() throws Exception {
    fids.unlink(OWNER, "file", 0);
    fids.truncate(LOOKED_UP, 2);
    assertThat(fids.stat(LOOKED_UP).size()).isEqualTo(2);
    assertThat(fids.read(OPEN, 0, 10)).isEqualTo("th");
  }

  private static void fails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
