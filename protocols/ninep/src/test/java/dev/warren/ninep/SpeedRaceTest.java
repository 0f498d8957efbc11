package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.frontend.SessionInfo;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.client.Reply;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.TestFiles;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A Tgetattr that is blocked while its fid is opened and its name is given to another file. */
class SpeedRaceTest {
  private static final int ROOT = 1;
  private static final int FILE = 2;
  private static final int TAG = 61_000;

  @Test
  void aLateReplyAboutItsNameDoesNotChangeTheFileOfAnOpenFid() throws Exception {
    VfsPath name = VfsPath.parse("/name");
    VfsPath other = VfsPath.parse("/other");
    MemoryFileSystem memory = new MemoryFileSystem();
    TestFiles.write(memory, name, "old");
    TestFiles.write(memory, other, "another");
    BlockingFileSystem files = new BlockingFileSystem(memory);
    try (TestServer server = new TestServer().mount("/", files)) {
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "", -1);
      fids.walk(ROOT, FILE, "name");
      long old = memory.stat(name).size();
      CallBarrier barrier = files.hold(Operation.STAT, name);
      CompletableFuture<Reply> getattr =
          fids.send(TAG, Frame.of(MessageType.TGETATTR).u32(FILE).u64(0x3FFF));
      barrier.awaitWaiting(1);
      fids.open(FILE, Fids.READ_ONLY);
      memory.rename(other, name, true);
      barrier.open();
      NinepClient.await(getattr).to(MessageType.TGETATTR);

      assertThat(fids.stat(FILE).size()).isEqualTo(old);
      assertThat(fids.read(FILE, 0, 100)).isEqualTo("old");
      assertThat(server.running().sessions()).extracting(SessionInfo::openFiles).containsExactly(1);
      // The fid was found by its file's number again, and so is removed from the index.
      fids.clunk(FILE);
      assertThat(server.running().sessions()).extracting(SessionInfo::openFiles).containsExactly(0);
      fids.client().close();
    }
  }
}
