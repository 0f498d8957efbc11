package dev.warren.sftp.session;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that a request is about: handles, and names as the client wrote them. Requests about
 * the same file are performed in the order of their arrival (draft-ietf-secsh-filexfer-02, 3).
 * Links are not followed for that, so a file with two names counts as two.
 */
final class RequestSubjects {
  private final Set<ByteBuffer> handles = new HashSet<>();
  private final List<Named> names = new ArrayList<>();
  private boolean closes;
  private boolean reads;

  private record Named(VfsPath path, Effect effect) {
    boolean holdsBack(Named later) {
      if (path.equals(later.path)) {
        return effect.holdsBack(later.effect);
      }
      return (effect.reachesBelow(later.effect) && later.path.startsWith(path))
          || (later.effect.reachesBelow(effect) && path.startsWith(later.path));
    }
  }

  /** Reads the files that a kind of request is about. */
  @FunctionalInterface
  interface Reader {
    /** Reads a packet, starting after the id. */
    void read(PacketReader in, HandleTable handles, RequestSubjects into) throws BadPacketException;
  }

  private RequestSubjects() {}

  /** The files of a packet. For one that is not a request, or will be refused, there are none. */
  static RequestSubjects of(byte[] array, int offset, int length, Session session) {
    try {
      RequestSubjects subjects = new RequestSubjects();
      PacketReader in = new PacketReader(array, offset, length);
      int type = in.readByte();
      Request request = type == MessageType.INIT ? null : request(type, in);
      if (request != null) {
        boolean linkFirst = request == Request.SYMLINK && session.settings().linkFirst();
        Reader reader = linkFirst ? SubjectReader::name : request.subjects();
        reader.read(in, session.handles(), subjects);
      }
      return subjects;
    } catch (BadPacketException e) {
      return new RequestSubjects();
    }
  }

  private static @Nullable Request request(int type, PacketReader in) throws BadPacketException {
    int _ = in.readInt();
    return Request.of(type, in);
  }

  /** Adds a name; an invalid one is ignored, since it is no file's. */
  void add(String text, Effect effect) {
    try {
      names.add(new Named(VfsPath.ROOT.resolveText(text), effect));
    } catch (FsException e) {
      return;
    }
  }

  /** Adds a handle, and the name that it was opened by. */
  void add(ByteBuffer handle, Effect effect, HandleTable table) {
    Handle open = table.find(handle);
    if (open != null) {
      byte[] bytes = new byte[handle.remaining()];
      handle.duplicate().get(bytes);
      handles.add(ByteBuffer.wrap(bytes));
      names.add(new Named(open.path(), effect));
    }
  }

  /** Records that the request closes its handle. */
  void closesHandle() {
    closes = true;
  }

  /** Records that the request only reads from its handle. */
  void readsHandle() {
    reads = true;
  }

  /** Whether a later request must not overtake this one. */
  boolean holdBack(RequestSubjects later) {
    if (handles.stream().anyMatch(later.handles::contains)) {
      return true;
    }
    for (Named mine : names) {
      for (Named theirs : later.names) {
        if (mine.holdsBack(theirs)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether this request closes a handle that an earlier one reads, so that the read need not
   * continue.
   */
  boolean endReadOf(RequestSubjects earlier) {
    return closes && earlier.reads && handles.stream().anyMatch(earlier.handles::contains);
  }
}
