package dev.warren.sftp.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.SpareArrays;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole sessions of mutated requests against memfs. For any input, each request has exactly one
 * well-formed reply, in order, or the session ends; nothing stays open after it. These are long
 * sessions with many open files, which the short inputs of {@link SessionFuzzTest} do not produce.
 * {@code -Dsftp.fuzz.rounds} sets the number of rounds.
 */
@Tag("slow")
class MutatedSessionsTest {
  private static final int ROUNDS = Integer.getInteger("sftp.fuzz.rounds", 150);
  private static final int REQUESTS = 200;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void mutatedSessions(long seed) throws IOException {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      session(random);
    }
  }

  private static void session(Random random) throws IOException {
    FileSystem files = new MemoryFileSystem(4 << 20, InstantSource.system());
    InMemorySession session =
        new InMemorySession(files, random.nextInt(8) == 0, 1 + random.nextInt(40_000))
            .initialised();
    List<byte[]> handles = new ArrayList<>();
    handles.add(new byte[HandleTable.HANDLE_BYTES]);
    byte[] wire = wire(session, handles, random);
    PacketQueue queue = new PacketQueue(Limits.MAX_PACKET, new SpareArrays(1 << 20));
    List<Integer> asked = new ArrayList<>();
    try {
      for (int at = 0; at < wire.length; ) {
        int piece = Math.min(1 + random.nextInt(3000), wire.length - at);
        queue.offer(wire, at, piece);
        at += piece;
        handleAll(session, queue, asked);
      }
    } catch (BadPacketException e) {
      assertThat(e.reason()).isNotEmpty(); // the session ends here
    }
    session.session.flush();
    checkReplies(session.takeSent(), asked);
    session.shared.abort(new FsException(Errno.ECONNRESET));
    assertThat(session.activity.openHandles()).isZero();
    files.close();
  }

  private static void handleAll(InMemorySession session, PacketQueue queue, List<Integer> asked)
      throws IOException {
    PacketQueue.Slice slice = queue.poll();
    while (slice != null) {
      DataInputStream in =
          new DataInputStream(
              new ByteArrayInputStream(slice.array(), slice.start(), slice.end() - slice.start()));
      int position = slice.start();
      while (position < slice.end()) {
        int length = in.readInt();
        byte[] packet = in.readNBytes(length);
        session.session.handle(slice.array(), position + 4, length);
        int id = new DataInputStream(new ByteArrayInputStream(packet, 1, packet.length)).readInt();
        asked.add(id);
        position += 4 + length;
      }
      slice = queue.poll();
    }
  }

  private static byte[] wire(InMemorySession session, List<byte[]> handles, Random random)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int i = 0; i < REQUESTS; i++) {
      if (handles.size() < 6 && random.nextInt(10) == 0) {
        addHandle(session, handles, random);
      }
      List<byte[]> requests = BadInputTest.allRequests(handles.get(random.nextInt(handles.size())));
      byte[] packet = mutate(requests.get(random.nextInt(requests.size())), random);
      out.writeInt(random.nextInt(2000) == 0 ? random.nextInt() : packet.length);
      out.write(packet);
    }
    return bytes.toByteArray();
  }

  private static void addHandle(InMemorySession session, List<byte[]> handles, Random random)
      throws IOException {
    try {
      handles.add(session.open("/f", random.nextBoolean() ? 0x0B : 1));
    } catch (IOException e) {
      assertThat(e).hasMessage("no handle"); // read-only users cannot create it
    }
  }

  private static byte[] mutate(byte[] packet, Random random) {
    byte[] mutated = packet.clone();
    switch (random.nextInt(6)) {
      case 0 -> mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      case 1 -> {
        for (int i = 0; i < 4; i++) {
          mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 2 -> {
        int at = 5 + random.nextInt(Math.max(1, mutated.length - 5));
        for (int i = at; i < Math.min(at + 8, mutated.length); i++) {
          mutated[i] = (byte) (random.nextBoolean() ? 0xFF : 0);
        }
      }
      case 3 -> mutated = Arrays.copyOf(mutated, 5 + random.nextInt(mutated.length));
      default -> {} // unchanged, so that the session makes progress
    }
    if (mutated[0] == MessageType.INIT) {
      mutated[0] = MessageType.STAT; // VERSION has no id
    }
    return mutated;
  }

  private static void checkReplies(byte[] replies, List<Integer> asked) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(replies));
    List<Integer> answered = new ArrayList<>();
    while (in.available() > 0) {
      int length = in.readInt();
      byte[] reply = in.readNBytes(length);
      assertThat(reply).hasSize(length);
      DataInputStream fields = new DataInputStream(new ByteArrayInputStream(reply));
      int type = fields.readUnsignedByte();
      answered.add(fields.readInt());
      if (type == MessageType.STATUS) {
        assertThat(fields.readInt()).isBetween(0, 8);
      } else {
        assertThat(type)
            .isIn(
                MessageType.HANDLE,
                MessageType.DATA,
                MessageType.NAME,
                MessageType.ATTRS,
                MessageType.EXTENDED_REPLY);
      }
    }
    assertThat(answered).isEqualTo(asked);
  }
}
