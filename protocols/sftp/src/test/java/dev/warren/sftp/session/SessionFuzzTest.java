package dev.warren.sftp.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.WireAttributes;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;

/**
 * A whole session against memfs, without a network and on one thread, from a fuzzer's bytes. For
 * any input, each request gets one well-formed reply of a type that it can have, or the session
 * ends. The server's own errors (EIO) are failures, a read-only user changes nothing, and
 * afterwards no file is open and no more memory is charged than a channel keeps.
 *
 * <p>The first byte chooses the size of transport packets and whether the user may write. Packets
 * follow, each after a byte with its length; the request's id is inserted. Handles cannot be
 * guessed, so a string of eleven zeros and a number is replaced by one of the handles that the
 * session has received.
 *
 * <p>By default this runs the inputs in the resources; with JAZZER_FUZZ=1 it searches for new ones.
 */
@Tag("slow")
class SessionFuzzTest {
  private static final int ID = 77;
  private static final int ID_AT = 1;
  private static final int MAX_HANDLES = 16;

  /** Bytes that a channel keeps in reserve. */
  private static final long KEPT = 16 * 1024;

  /** The types of each request's replies, other than a status. */
  private static Set<Integer> results(int asked) {
    return switch (asked) {
      case MessageType.OPEN, MessageType.OPENDIR -> Set.of(MessageType.HANDLE);
      case MessageType.READ -> Set.of(MessageType.DATA);
      case MessageType.LSTAT, MessageType.FSTAT, MessageType.STAT -> Set.of(MessageType.ATTRS);
      case MessageType.READDIR, MessageType.REALPATH, MessageType.READLINK ->
          Set.of(MessageType.NAME);
      case MessageType.EXTENDED -> Set.of(MessageType.NAME, MessageType.EXTENDED_REPLY);
      default -> Set.of();
    };
  }

  private static final Set<Operation> HARMLESS =
      EnumSet.of(
          Operation.STAT,
          Operation.OPEN,
          Operation.OPENDIR,
          Operation.READLINK,
          Operation.STATFS,
          Operation.READ,
          Operation.FSTAT,
          Operation.READDIR,
          Operation.CLOSE,
          Operation.ABORT);

  private static final VfsPath FILE = TestFiles.path("/f");

  private static final Set<Integer> WITHOUT_RESULT =
      Set.of(
          MessageType.CLOSE,
          MessageType.WRITE,
          MessageType.SETSTAT,
          MessageType.FSETSTAT,
          MessageType.REMOVE,
          MessageType.MKDIR,
          MessageType.RMDIR,
          MessageType.RENAME,
          MessageType.SYMLINK,
          MessageType.EXTENDED);

  private final List<byte[]> handles = new ArrayList<>();

  @FuzzTest(maxDuration = "20s")
  void everyRequestIsAnsweredOnceOrEndsTheSession(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    handles.clear();
    try (RecordingFileSystem files =
        new RecordingFileSystem(new MemoryFileSystem(1 << 20, InstantSource.system()))) {
      TestFiles.write(files, FILE, "content");
      files.mkdir(TestFiles.path("/d"), 0755);
      files.symlink("f", TestFiles.path("/l"));
      Map<String, String> before = contents(files);
      files.clear();
      int packetSize = 1 << (input[0] & 0xF);
      boolean readOnly = (input[0] & 0x80) != 0;
      InMemorySession session = new InMemorySession(files, readOnly, packetSize).initialised();
      try {
        converse(session, input);
      } catch (BadPacketException e) {
        assertThat(e.reason()).isNotEmpty(); // the session ends here
      }
      session.shared.abort(new FsException(Errno.ECONNRESET));
      assertThat(session.activity.openHandles()).isZero();
      assertThat(files.openHandles()).isZero();
      for (Use use : Use.values()) {
        if (use.area() == Area.HEAP && use != Use.PACKETS && use != Use.REQUESTS) {
          assertThat(session.budget.used(use)).as(use.toString()).isLessThanOrEqualTo(KEPT);
        }
      }
      if (readOnly) {
        assertThat(files.calls()).allMatch(call -> HARMLESS.contains(call.operation()));
        assertThat(contents(files)).isEqualTo(before);
      }
    }
  }

  /** All files, with their content and all attributes that can be changed. */
  private static Map<String, String> contents(FileSystem files) throws FsException {
    Map<String, String> contents = new TreeMap<>();
    for (DirectoryEntry entry : TestFiles.entries(files, VfsPath.ROOT, false)) {
      VfsPath path = VfsPath.ROOT.resolve(entry.name());
      FileAttributes found = files.stat(path);
      String held =
          switch (found.type()) {
            case DIRECTORY -> TestFiles.names(files, path).toString();
            case SYMBOLIC_LINK -> files.readlink(path);
            default -> TestFiles.readText(files, path);
          };
      contents.put(
          entry.name(), "%o %s %s".formatted(found.permissions(), found.modifyTime(), held));
    }
    return contents;
  }

  private void converse(InMemorySession session, byte[] input) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(input, 1, input.length - 1);
    while (in.remaining() >= 2) {
      byte[] body = new byte[Math.min(1 + (in.get() & 0xFF), in.remaining())];
      in.get(body);
      byte[] packet = packet(body);
      boolean init = packet[0] == MessageType.INIT;
      ByteBuffer replies = ByteBuffer.wrap(session.exchange(packet));
      reply(replies, init ? MessageType.VERSION : 0, packet[0]);
      assertThat(replies.remaining()).isZero();
      assertThat(session.activity.openHandles()).isLessThanOrEqualTo(MAX_HANDLES);
    }
  }

  /** The packet with the id inserted, and zeros replaced by received handles. */
  private byte[] packet(byte[] body) {
    ByteBuffer packet = ByteBuffer.allocate(body.length + Integer.BYTES);
    packet.put(body[0]).putInt(body[0] == MessageType.INIT ? 3 : ID);
    packet.put(body, 1, body.length - 1);
    int needed = Integer.BYTES + HandleTable.HANDLE_BYTES;
    for (int at = ID_AT + Integer.BYTES; at + needed <= packet.limit(); at++) {
      if (packet.getInt(at) == HandleTable.HANDLE_BYTES
          && packet.getInt(at + 4) == 0
          && packet.getLong(at + 8) >>> 8 == 0
          && !handles.isEmpty()) {
        packet.put(at + 4, handles.get((packet.get(at + 15) & 0xFF) % handles.size()));
      }
    }
    return packet.array();
  }

  private void reply(ByteBuffer replies, int expected, int asked) {
    int length = replies.getInt();
    assertThat(length).isBetween(5, replies.remaining());
    int end = replies.position() + length;
    int type = replies.get();
    assertThat(replies.getInt()).isEqualTo(expected == MessageType.VERSION ? 3 : ID);
    if (expected == 0 && (type & 0xFF) != MessageType.STATUS) {
      assertThat(type & 0xFF).isIn(results(asked & 0xFF));
    }
    switch (type & 0xFF) {
      case MessageType.STATUS -> {
        int code = replies.getInt();
        assertThat(code).isBetween(0, 8);
        assertThat(text(replies)).isNotEmpty().doesNotEndWith(Errno.EIO.message());
        assertThat(text(replies)).isEmpty();
        if (code == 0) { // success without a result
          assertThat(asked & 0xFF).isIn(WITHOUT_RESULT);
        }
      }
      case MessageType.HANDLE -> handles.add(bytes(replies));
      case MessageType.DATA -> assertThat(bytes(replies)).isNotEmpty();
      case MessageType.ATTRS -> skipAttributes(replies);
      case MessageType.NAME -> {
        for (int count = replies.getInt(); count > 0; count--) {
          assertThat(text(replies)).isNotEmpty();
          assertThat(text(replies)).isNotEmpty();
          skipAttributes(replies);
        }
      }
      case MessageType.EXTENDED_REPLY -> assertThat(expected).isZero();
      default -> assertThat(type).isEqualTo(expected);
    }
    if (type == MessageType.VERSION || (type & 0xFF) == MessageType.EXTENDED_REPLY) {
      replies.position(end);
    }
    assertThat(replies.position()).isEqualTo(end);
  }

  /** Skips attributes, of which there must be all or none. */
  private static void skipAttributes(ByteBuffer in) {
    int flags = in.getInt();
    assertThat(flags).isIn(0, 15);
    in.position(in.position() + (flags == 0 ? 0 : WireAttributes.LENGTH - 4));
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getInt();
    assertThat(length).isBetween(0, in.remaining());
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }
}
