package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that are not in the row any more and not answered yet, in the order in which they
 * came: some are being done, others queue behind one of those. Guarded by the {@link Row}'s lock.
 */
final class Apart {
  /** How many there may be. */
  static final int MAX_REQUESTS = 64;

  /** How many bytes of packets may queue, but that one may always. */
  private static final int MAX_BYTES = 512 * 1024;

  private final List<Held> all = new ArrayList<>();
  private int bytes;

  /** One of them. */
  static final class Held {
    private final Subjects subjects;
    private final byte[] packet; // empty if it is being done and lies elsewhere
    private boolean isDone;
    private boolean isGivenUp;
    private @Nullable Cancellation cancellation;

    private Held(Subjects subjects, byte[] packet) {
      this.subjects = subjects;
      this.packet = packet;
    }

    byte[] packet() {
      return packet;
    }

    /** It is being done now, and ended by this. */
    void begin(Cancellation ending) {
      cancellation = ending;
    }

    /** Whether it is to end as soon as it would wait. */
    boolean isGivenUp() {
      return isGivenUp;
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  boolean hasRoom() {
    return all.size() < MAX_REQUESTS;
  }

  /** Whether a request must queue behind one of these. */
  boolean holdsBack(Subjects later) {
    return all.stream().anyMatch(held -> held.subjects.holdBack(later));
  }

  /** Takes in a request that is being done. */
  Held takeIn(Subjects subjects, Cancellation ending) {
    Held held = new Held(subjects, new byte[0]);
    held.isDone = true;
    held.begin(ending);
    all.add(held);
    return held;
  }

  boolean hasRoomFor(byte[] packet) {
    return hasRoom() && (bytes == 0 || bytes + packet.length <= MAX_BYTES);
  }

  /** Takes in a request that queues. */
  void queue(Subjects subjects, byte[] packet) {
    bytes += packet.length;
    all.add(new Held(subjects, packet));
  }

  /** What a packet that queues takes, with what is known of it. */
  static long memory(byte[] packet) {
    return packet.length + 1024L;
  }

  /** What is to be cancelled, since a request closes what others read. */
  List<Cancellation> giveUpReadsFor(Subjects closing) {
    return giveUp(all.stream().filter(held -> closing.endReadOf(held.subjects)).toList());
  }

  /** What is to be cancelled, so that all end as soon as they can. */
  List<Cancellation> giveUpAll() {
    return giveUp(all);
  }

  private static List<Cancellation> giveUp(List<Held> which) {
    List<Cancellation> running = new ArrayList<>();
    for (Held held : which) {
      held.isGivenUp = true;
      if (held.cancellation != null) {
        running.add(held.cancellation);
      }
    }
    return running;
  }

  /** Takes out a request that is done, and says which of those that queued come now. */
  List<Held> takeOut(Held done) {
    all.remove(done);
    bytes -= done.packet.length;
    List<Held> next = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Held held = all.get(i);
      if (!held.isDone && !isHeldBack(i)) {
        held.isDone = true;
        next.add(held);
      }
    }
    return next;
  }

  private boolean isHeldBack(int index) {
    Subjects subjects = all.get(index).subjects;
    return all.subList(0, index).stream().anyMatch(held -> held.subjects.holdBack(subjects));
  }

  /** Takes out all that queue: nobody waits for an answer any more. What {@link #memory} it was. */
  long dropQueued() {
    List<Held> queued = all.stream().filter(held -> !held.isDone).toList();
    all.removeAll(queued);
    bytes = 0;
    return queued.stream().mapToLong(held -> memory(held.packet)).sum();
  }
}
