package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.codec.MessageType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tmkdir, Tsymlink and Tmknod reply with the result of the call, not of the stat after it. */
class MakeTest {
  private static final int ROOT = 1;

  @TempDir Path directory;

  /** Simulates a directory in which the user may create names, but not read their attributes. */
  private static final class Blind extends ForwardingFileSystem {
    Blind(MemoryFileSystem files) {
      super(files);
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      if (!path.isRoot()) {
        throw new FsException(Errno.EACCES, path);
      }
      return super.stat(path);
    }
  }

  @Test
  void aNewFileThatCannotBeExaminedIsNoError() throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    try (TestServer server = new TestServer().mount("/m", new Blind(memory))) {
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "/m", -1);
      assertThat(fids.mkdir(ROOT, "d").type()).isEqualTo(0x80);
      assertThat(fids.symlink(ROOT, "l", "target").type()).isEqualTo(0x02);
      fids.client()
          .call(
              MessageType.TMKNOD,
              Frame.of(MessageType.TMKNOD).u32(ROOT).name("p").u32(0010644).u32(0).u32(0).u32(-1));
      assertThatThrownBy(() -> fids.mkdir(ROOT, "d"))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
      for (String name : new String[] {"/d", "/l", "/p"}) {
        assertThat(memory.stat(VfsPath.parse(name))).isNotNull();
      }
      fids.client().close();
    }
  }

  /**
   * The stat runs with the request's group, as the call does, because only that group may search
   * the directory.
   */
  @Test
  void theStatOfANewFileHasTheGroupOfTheRequest() throws Exception {
    if (!OtherUser.canBeOne()) {
      return; // the host must be root to act as other users
    }
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    Files.setAttribute(directory, "unix:mode", 0755);
    Files.setAttribute(theirs, "unix:gid", 4200);
    Files.setAttribute(theirs, "unix:mode", 0770);
    try (TestServer server =
        new TestServer().mount("/f", TestServer.localfs(directory, Map.of("identity", "caller")))) {
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "/f", 1001);
      fids.walk(ROOT, 2, "theirs");
      Fids.Qid made =
          Fids.qid(
              fids.client()
                  .call(
                      MessageType.TMKDIR,
                      Frame.of(MessageType.TMKDIR).u32(2).name("d").u32(0755).u32(4200)));
      assertThat(made.type()).isEqualTo(0x80);
      assertThat(made.path()).isNotZero();
      fids.client().close();
    }
    assertThat(theirs.resolve("d")).isDirectory();
    assertThat(Files.getAttribute(theirs.resolve("d"), "unix:gid")).isEqualTo(4200);
  }
}
