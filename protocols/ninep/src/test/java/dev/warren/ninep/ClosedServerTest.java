package dev.warren.ninep;

import static dev.warren.testkit.Waiting.await;
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
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.codec.MessageType;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Results of requests that outlive the server. */
class ClosedServerTest {
  private static final int ROOT = 1;

  private final CountDownLatch aborted = new CountDownLatch(1);

  private final class Noting extends ForwardingFileSystem {
    Noting(FileSystem files) {
      super(files);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public void abort(FsException cause) {
          super.abort(cause);
          aborted.countDown();
        }
      };
    }
  }

  private static Set<Thread> loops() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ninep-loop"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void aFileThatIsOpenedTooLateIsClosed() throws Exception {
    HeldFileSystem held = new HeldFileSystem(new Noting(new MemoryFileSystem()), "f");
    Set<Thread> others = loops();
    TestServer server = new TestServer().mount("/m", held);
    Set<Thread> own = loops();
    own.removeAll(others);
    assertThat(own).isNotEmpty();
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "/m", -1);
    var _ =
        fids.send(5, Frame.of(MessageType.TLCREATE).u32(ROOT).name("f").u32(2).u32(0644).u32(-1));
    held.awaitHeld();
    Thread closing = Thread.ofPlatform().start(server.running()::close);
    await().until(() -> own.stream().noneMatch(Thread::isAlive));
    held.release();
    aborted.await();
    closing.join();
    fids.client().close();
    server.close();
  }
}
