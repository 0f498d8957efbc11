package dev.warren.sftp.session;

import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.PacketQueue.Slice;
import java.util.ArrayList;
import java.util.List;

/** The queue's current packet, and those after it. For the thread that holds the queue. */
final class Cursor {
  private static final Slice NOTHING = new Slice(new byte[0], 0, 0, false);

  private final PacketQueue queue;
  private Slice slice = NOTHING;
  private int position; // that of the length field
  private boolean isShared;

  Cursor(PacketQueue queue) {
    this.queue = queue;
  }

  /** Moves to the next packet, unless there is a current one. Returns whether there is one now. */
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

  /** The offset of the packet, after its length field. */
  int offset() {
    return position + PacketQueue.LENGTH_FIELD;
  }

  /** The length of the packet, without its length field. */
  int length() {
    return PacketQueue.lengthAt(slice.array(), position);
  }

  /** The files that the packet is about. */
  RequestSubjects subjects(Session session) {
    return RequestSubjects.of(array(), offset(), length(), session);
  }

  /** Whether the packet is only the start of one for which there was no memory. */
  boolean isRefused() {
    return slice.isRefused();
  }

  /** How many bytes from this packet on are contiguous. */
  int pieceLength() {
    return slice.end() - position;
  }

  /** Moves past the packet. Returns the packet's length with the length field. */
  int pass() {
    int passed = PacketQueue.LENGTH_FIELD + length();
    position += passed;
    return passed;
  }

  /** As {@link #pass}, but keeps the packet's memory, which another thread still uses. */
  int passOn() {
    isShared = true;
    return pass();
  }

  /** Whether there are packets after the current one. */
  boolean hasMore() {
    return offset() + length() < slice.end() || !queue.isEmpty();
  }

  /** A packet that has not been parsed. */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, and never compared
  record Packet(byte[] array, int offset, int length) {}

  /** The packets after the current one, up to a number. */
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

  /** Puts the remaining packets back into the queue. */
  void putBack() {
    if (position < slice.end()) {
      queue.putBack(new Slice(slice.array(), position, slice.end(), slice.isRefused()));
      slice = NOTHING;
      position = 0;
    }
  }
}
