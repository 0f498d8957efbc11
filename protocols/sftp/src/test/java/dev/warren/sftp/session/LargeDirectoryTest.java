package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.ReplyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A directory that is too large to be held in memory. */
@Tag("slow")
class LargeDirectoryTest {
  private static final int ENTRIES = 1_000_000;

  /**
   * What the server holds is what the directory has returned and the client has not received: never
   * more than the one entry that did not fit into a reply.
   */
  @Test
  void aMillionEntriesAreNeverInMemory() throws IOException {
    Synthetic directory = new Synthetic();
    InMemorySession session =
        new InMemorySession(
                new ForwardingFileSystem(new MemoryFileSystem()) {
                  @Override
                  public OpenDirectory openDirectory(VfsPath path) {
                    return directory;
                  }
                })
            .initialised();
    byte[] handle = session.openDirectory("/");
    byte[] request =
        packet(
            MessageType.READDIR,
            out -> {
              out.writeInt(1);
              string(out, handle);
            });
    int expected = 0;
    while (true) {
      long before = directory.given;
      ByteBuffer reply = ByteBuffer.wrap(session.exchange(request));
      assertThat(reply.remaining()).isLessThanOrEqualTo(ReplyWriter.MAX_REPLY);
      if (reply.get(4) != MessageType.NAME) {
        break;
      }
      int count = reply.getInt(ReplyWriter.HEADER);
      assertThat(directory.given - before).isLessThanOrEqualTo(count + 1);
      reply.position(ReplyWriter.HEADER + 4);
      for (int i = 0; i < count; i++) {
        String name = next(reply);
        if (!name.startsWith(".")) {
          assertThat(name).isEqualTo(Synthetic.name(expected));
          expected++;
        }
      }
    }
    assertThat(expected).isEqualTo(ENTRIES);
  }

  /** The next entry's name; skips its long name and attributes. */
  private static String next(ByteBuffer reply) {
    byte[] name = new byte[reply.getInt()];
    reply.get(name);
    int longName = reply.getInt();
    reply.position(reply.position() + longName + 32);
    return new String(name, StandardCharsets.US_ASCII);
  }

  /** Entries that are generated on request, with cookies above 2^62, as hashes of names have. */
  private static final class Synthetic implements OpenDirectory {
    private static final long FIRST = RESERVED_COOKIES + RESERVED_COOKIE_COUNT;

    private static final FileAttributes FILE =
        FileAttributes.builder(FileType.REGULAR).permissions(0644).build();

    private long given;

    private static String name(int number) {
      return "entry-" + number;
    }

    @Override
    public void read(long cookie, boolean attributes, Visitor visitor) {
      for (int number = cookie == 0 ? 0 : (int) (cookie - FIRST); number < ENTRIES; number++) {
        given++;
        if (!visitor.visit(
            new DirectoryEntry(name(number), FileType.REGULAR, 0, FIRST + number + 1, FILE))) {
          return;
        }
      }
    }

    @Override
    public FileAttributes stat() throws FsException {
      return FileAttributes.builder(FileType.DIRECTORY).permissions(0755).build();
    }

    @Override
    public void close() {}
  }
}
