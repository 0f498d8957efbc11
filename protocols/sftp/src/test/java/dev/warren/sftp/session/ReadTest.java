package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.TestFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File content in replies, with transport packets of various sizes. */
class ReadTest {
  private static final int SIZE = 1_000_003;

  /** Reads at random offsets, mixed with other replies, agree with the file. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 13, 14, 100, 4096, 8192, 8205, 32_768, 65_536})
  void readsAgreeWithTheFile(int packetSize) throws IOException {
    byte[] content = new byte[SIZE];
    Random random = new Random(packetSize);
    random.nextBytes(content);
    FileSystem files = new MemoryFileSystem();
    TestFiles.write(files, TestFiles.path("/f"), content);
    InMemorySession session = new InMemorySession(files, false, packetSize).initialised();
    byte[] handle = session.open("/f", 1);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    int budget = packetSize < 100 ? 200_000 : 10_000_000;
    for (int id = 0; budget > 0; id++) {
      if (random.nextInt(3) == 0) {
        stat(session, id);
        expected.writeBytes(new byte[] {MessageType.ATTRS});
        budget -= 100;
        continue;
      }
      long offset = random.nextLong(SIZE + 10);
      // If a packet is too short for a reply's header, replies stay short.
      int longest = packetSize < 14 ? 8000 : 300_000;
      int length = 1 + random.nextInt(random.nextBoolean() ? 300 : longest);
      read(session, id, handle, offset, length);
      budget -= length;
      if (offset >= SIZE) {
        expected.writeBytes(new byte[] {MessageType.STATUS});
      } else {
        expected.writeBytes(new byte[] {MessageType.DATA});
        expected.writeBytes(
            Arrays.copyOfRange(content, (int) offset, (int) Math.min(SIZE, offset + length)));
      }
    }
    session.session.flush();
    assertThat(contents(session.takeSent())).isEqualTo(expected.toByteArray());
  }

  /**
   * OpenSSH's client, with an option to request more than it can receive, gets what it can receive.
   */
  @Test
  void aReplyIsNotLongerThanTheClientAccepts() throws IOException {
    FileSystem files = new MemoryFileSystem();
    TestFiles.write(files, TestFiles.path("/f"), new byte[SIZE]);
    InMemorySession session =
        new InMemorySession(files, false, 32_768, 16, Limits.OPENSSH_READ).initialised();
    byte[] handle = session.open("/f", 1);
    read(session, 0, handle, 0, 262_144);
    session.session.flush();
    assertThat(contents(session.takeSent())).hasSize(1 + Limits.OPENSSH_READ);
  }

  private static void stat(InMemorySession session, int id) throws IOException {
    session.handle(
        packet(
            MessageType.STAT,
            out -> {
              out.writeInt(id);
              string(out, "/");
            }));
  }

  private static void read(InMemorySession session, int id, byte[] handle, long offset, int length)
      throws IOException {
    session.handle(
        packet(
            MessageType.READ,
            out -> {
              out.writeInt(id);
              string(out, handle);
              out.writeLong(offset);
              out.writeInt(length);
            }));
  }

  /** The content of all DATA replies; checks that the ids count up. */
  private static byte[] contents(byte[] replies) throws IOException {
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(replies));
    int id = 0;
    while (in.available() > 0) {
      byte[] reply = in.readNBytes(in.readInt());
      DataInputStream fields = new DataInputStream(new ByteArrayInputStream(reply));
      int type = fields.readUnsignedByte();
      assertThat(fields.readInt()).isEqualTo(id++);
      contents.write(type);
      if (type == MessageType.DATA) {
        int length = fields.readInt();
        assertThat(length).isEqualTo(fields.available());
        contents.write(fields.readNBytes(length));
      }
    }
    return contents.toByteArray();
  }
}
