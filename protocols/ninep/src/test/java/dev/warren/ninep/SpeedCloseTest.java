package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The thread on which a file is closed depends on whether its file system declares the close
 * non-blocking.
 */
class SpeedCloseTest {
  private final BlockingQueue<Boolean> closedOnLoop = new LinkedBlockingQueue<>();

  /**
   * Non-blocking files, which declare, or do not declare, that their close is non-blocking, too.
   */
  private final class Closing extends ForwardingFileSystem {
    private volatile boolean nonBlocking;

    Closing(FileSystem files, boolean nonBlocking) {
      super(files);
      this.nonBlocking = nonBlocking;
    }

    @Override
    public FileSystem nonBlocking() {
      return this;
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public OpenFile nonBlocking() {
          return this;
        }

        @Override
        public boolean isCloseNonBlocking() {
          return nonBlocking;
        }

        @Override
        public void close() throws FsException {
          closedOnLoop.add(!Thread.currentThread().isVirtual());
          super.close();
        }
      };
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCloseThatDoesNotBlockIsMadeOnTheEventLoop(boolean nonBlocking) throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    try (TestServer server = new TestServer().mount("/files", new Closing(memory, nonBlocking))) {
      Fids fids = new Fids(server.session());
      fids.attach(1, "/files", -1);
      fids.create(1, "name", Fids.READ_WRITE);
      fids.write(1, 0, "text");
      fids.clunk(1);
      assertThat(closedOnLoop.take()).isEqualTo(nonBlocking);
      fids.client().close();
    }
  }

  /**
   * A file may grow, or be unlinked, while it is open: only its state when it is closed matters.
   */
  @ParameterizedTest
  @ValueSource(ints = {Fids.READ_ONLY, Fids.READ_WRITE})
  void aCloseThatBlocksByNowIsMadeElsewhere(int flags) throws Exception {
    Closing files = new Closing(new MemoryFileSystem(), true);
    try (TestServer server = new TestServer().mount("/files", files)) {
      Fids fids = new Fids(server.session());
      fids.attach(1, "/files", -1);
      fids.walk(1, 2);
      fids.create(2, "name", Fids.READ_WRITE);
      fids.walk(1, 3, "name");
      fids.open(3, flags);
      files.nonBlocking = false;
      fids.clunk(3);
      assertThat(closedOnLoop.take()).isFalse();
      files.nonBlocking = true;
      fids.clunk(2);
      assertThat(closedOnLoop.take()).isTrue();
      fids.client().close();
    }
  }
}
