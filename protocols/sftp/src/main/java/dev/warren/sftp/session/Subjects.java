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
 * What a request is about: handles, and names as the client wrote them. Requests about the same
 * file are done in the order in which they came (draft-ietf-secsh-filexfer-02, 3). Links are not
 * followed for that, so one file by two names is two.
 */
final class Subjects {
  private final Set<ByteBuffer> handles = new HashSet<>();
  private final List<Named> names = new ArrayList<>();
  private boolean closes;
  private boolean reads;

  private record Named(VfsPath path, Touch touch) {
    boolean holdsBack(Named later) {
      if (path.equals(later.path)) {
        return touch.holdsBack(later.touch);
      }
      return (touch.reachesBelow(later.touch) && later.path.startsWith(path))
          || (later.touch.reachesBelow(touch) && path.startsWith(later.path));
    }
  }

  /** Fills in what a kind of request is about. */
  @FunctionalInterface
  interface Reader {
    /** Reads a packet from the id's end on. */
    void read(PacketReader in, HandleTable handles, Subjects into) throws BadPacketException;
  }

  private Subjects() {}

  /** What a packet is about. One that is no request, or that will be refused, is about nothing. */
  static Subjects of(byte[] array, int offset, int length, Session session) {
    try {
      Subjects subjects = new Subjects();
      PacketReader in = new PacketReader(array, offset, length);
      int type = in.readByte();
      Request request = type == MessageType.INIT ? null : request(type, in);
      if (request != null) {
        boolean linkFirst = request == Request.SYMLINK && session.settings().linkFirst();
        Reader reader = linkFirst ? About::name : request.subjects();
        reader.read(in, session.handles(), subjects);
      }
      return subjects;
    } catch (BadPacketException e) {
      return new Subjects();
    }
  }

  private static @Nullable Request request(int type, PacketReader in) throws BadPacketException {
    int _ = in.readInt();
    return Request.of(type, in);
  }

  /** Adds a name; one that cannot be is no file's. */
  void add(String text, Touch touch) {
    try {
      names.add(new Named(VfsPath.ROOT.resolveText(text), touch));
    } catch (FsException e) {
      return;
    }
  }

  /** Adds a handle, and the name that it was opened by. */
  void add(ByteBuffer handle, Touch touch, HandleTable table) {
    Handle open = table.find(handle);
    if (open != null) {
      byte[] bytes = new byte[handle.remaining()];
      handle.duplicate().get(bytes);
      handles.add(ByteBuffer.wrap(bytes));
      names.add(new Named(open.path(), touch));
    }
  }

  /** Says that the request closes its handle. */
  void closesHandle() {
    closes = true;
  }

  /** Says that the request only reads from its handle. */
  void readsHandle() {
    reads = true;
  }

  /** Whether a later request must not overtake this one. */
  boolean holdBack(Subjects later) {
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

  /** Whether this request closes what an earlier one reads, which need not wait any longer then. */
  boolean endReadOf(Subjects earlier) {
    return closes && earlier.reads && handles.stream().anyMatch(earlier.handles::contains);
  }
}
