package dev.warren.sftp.session;

import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.PacketQueue.Slice;
import java.util.ArrayList;
import java.util.List;

/** The packet at hand, and those behind it. For who has the row. */
final class Cursor {
  private static final Slice NOTHING = new Slice(new byte[0], 0, 0, false);

  private final PacketQueue queue;
  private Slice slice = NOTHING;
  private int position; // of the length field
  private boolean isShared;

  Cursor(PacketQueue queue) {
    this.queue = queue;
  }

  /** Goes to the next packet, unless there is one at hand. Whether there is one then. */
  boolean advance() {
    if (position < slice.end()) {
      return true;
    }
    if (!isShared) {
      queue.recycle(slice);
    }
    isShared = false;
    Slice next = queue.poll();
    slice = next == null ? NOTHING : next;
    position = slice.start();
    return next != null;
  }

  byte[] array() {
    return slice.array();
  }

  /** Where the packet begins, after its length field. */
  int offset() {
    return position + PacketQueue.LENGTH_FIELD;
  }

  /** How long the packet is, without its length field. */
  int length() {
    return PacketQueue.lengthAt(slice.array(), position);
  }

  /** What the packet is about. */
  Subjects subjects(Session session) {
    return Subjects.of(array(), offset(), length(), session);
  }

  /** Whether it is only the beginning of a packet that there was no room for. */
  boolean isRefused() {
    return slice.isRefused();
  }

  /** How much has come in one piece from this packet on. */
  int pieceLength() {
    return slice.end() - position;
  }

  /** Leaves the packet behind; how many bytes it was with its length field. */
  int pass() {
    int passed = PacketQueue.LENGTH_FIELD + length();
    position += passed;
    return passed;
  }

  /** As {@link #pass}, where the packet's memory is still used by somebody else. */
  int passOn() {
    isShared = true;
    return pass();
  }

  /** Whether there is anything behind the packet at hand. */
  boolean hasMore() {
    return offset() + length() < slice.end() || !queue.isEmpty();
  }

  /** A packet that has not been looked at. */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, and never compared
  record Packet(byte[] array, int offset, int length) {}

  /** The packets behind the one at hand, so many at most. */
  List<Packet> behind(int atMost) {
    List<Slice> slices = new ArrayList<>();
    slices.add(new Slice(slice.array(), offset() + length(), slice.end(), false));
    slices.addAll(queue.waiting());
    List<Packet> packets = new ArrayList<>();
    for (Slice next : slices) {
      int at = next.start();
      while (at < next.end() && packets.size() < atMost) {
        int length = PacketQueue.lengthAt(next.array(), at);
        packets.add(new Packet(next.array(), at + PacketQueue.LENGTH_FIELD, length));
        at += PacketQueue.LENGTH_FIELD + length;
      }
    }
    return packets;
  }

  /** Puts what is left back into the queue. */
  void putBack() {
    if (position < slice.end()) {
      queue.putBack(new Slice(slice.array(), position, slice.end(), slice.isRefused()));
      slice = NOTHING;
      position = 0;
    }
  }
}
