package dev.warren.sftp.session;

import dev.warren.api.Cancellation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that have left the queue and have no reply yet, in the order of their arrival. Some
 * are in flight, and the others are queued behind one of those. Guarded by the {@link
 * RequestQueue}'s lock.
 */
final class OvertakenRequests {
  /** Maximum number of requests. */
  static final int MAX_REQUESTS = 64;

  /** Maximum bytes of queued packets; one packet may always queue. */
  private static final int MAX_BYTES = 512 * 1024;

  private final List<Held> all = new ArrayList<>();
  private int bytes;

  /** A request that has left the queue. */
  static final class Held {
    private final RequestSubjects subjects;
    private final byte[] packet; // empty if in flight, with its packet elsewhere
    private boolean isDone;
    private boolean isGivenUp;
    private @Nullable Cancellation cancellation;

    private Held(RequestSubjects subjects, byte[] packet) {
      this.subjects = subjects;
      this.packet = packet;
    }

    byte[] packet() {
      return packet;
    }

    /** Marks the request as in flight; the cancellation ends it. */
    void begin(Cancellation ending) {
      cancellation = ending;
    }

    /** Whether to end the request as soon as it would block. */
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
  boolean holdsBack(RequestSubjects later) {
    return all.stream().anyMatch(held -> held.subjects.holdBack(later));
  }

  /** Adds a request that is in flight. */
  Held takeIn(RequestSubjects subjects, Cancellation ending) {
    Held held = new Held(subjects, new byte[0]);
    held.isDone = true;
    held.begin(ending);
    all.add(held);
    return held;
  }

  boolean hasRoomFor(byte[] packet) {
    return hasRoom() && (bytes == 0 || bytes + packet.length <= MAX_BYTES);
  }

  /** Adds a queued request. */
  void queue(RequestSubjects subjects, byte[] packet) {
    bytes += packet.length;
    all.add(new Held(subjects, packet));
  }

  /** Bytes of memory that a queued packet uses, with its data structures. */
  static long memory(byte[] packet) {
    return packet.length + 1024L;
  }

  /** Marks the reads of handles that a request closes as given up. Returns what to cancel. */
  List<Cancellation> giveUpReadsFor(RequestSubjects closing) {
    return giveUp(all.stream().filter(held -> closing.endReadOf(held.subjects)).toList());
  }

  /** Marks all requests as given up. Returns what to cancel. */
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

  /** Removes a completed request. Returns the queued ones that can start now. */
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
    RequestSubjects subjects = all.get(index).subjects;
    return all.subList(0, index).stream().anyMatch(held -> held.subjects.holdBack(subjects));
  }

  /**
   * Drops all queued requests, whose replies are not needed any more. Returns their {@link
   * #memory}.
   */
  long dropQueued() {
    List<Held> queued = all.stream().filter(held -> !held.isDone).toList();
    all.removeAll(queued);
    bytes = 0;
    return queued.stream().mapToLong(held -> memory(held.packet)).sum();
  }
}
