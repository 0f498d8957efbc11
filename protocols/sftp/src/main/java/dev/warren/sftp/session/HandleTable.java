package dev.warren.sftp.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handles of one session. On the wire, a handle is the number of a slot and 64 random bits, so
 * that handles of other sessions, closed handles and invented ones are all invalid. Thread-safe,
 * since the end of a connection is handled on another thread than its requests.
 */
final class HandleTable {
  /** Bytes of a handle on the wire. */
  static final int HANDLE_BYTES = 4 + 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final int maxHandles;
  private final Activity activity;
  private final ChannelMemory memory;
  private final List<@Nullable Slot> slots = new ArrayList<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private @Nullable FsException ended;

  private record Slot(long key, Handle handle) {}

  HandleTable(int maxHandles, Activity activity, ChannelMemory memory) {
    this.maxHandles = maxHandles;
    this.activity = activity;
    this.memory = memory;
  }

  /**
   * Checks that another handle can be added, so that no file is opened, and perhaps created, in
   * vain.
   *
   * @throws FsException EMFILE
   */
  synchronized void checkRoom() throws FsException {
    if (free.isEmpty() && slots.size() >= maxHandles) {
      throw new FsException(Errno.EMFILE, "more than %d open handles".formatted(maxHandles));
    }
  }

  /**
   * Adds a handle.
   *
   * @return the handle's bytes on the wire
   * @throws FsException EMFILE, ENOMEM, or the reason why the session has ended; in each case the
   *     handle was aborted
   */
  byte[] add(Handle handle) throws FsException {
    long key = RANDOM.nextLong();
    FsException refusal;
    synchronized (this) {
      refusal = ended;
      boolean hasRoom = !free.isEmpty() || slots.size() < maxHandles;
      if (refusal == null && hasRoom && memory.tryTake(handle.use(), handle.bytes())) {
        return store(key, handle);
      }
      if (refusal == null) {
        refusal = hasRoom ? new FsException(Errno.ENOMEM) : new FsException(Errno.EMFILE);
      }
    }
    handle.abort(refusal);
    throw refusal;
  }

  private byte[] store(long key, Handle handle) {
    Slot slot = new Slot(key, handle);
    int index;
    if (free.isEmpty()) {
      index = slots.size();
      slots.add(slot);
    } else {
      index = free.pop();
      slots.set(index, slot);
    }
    activity.opened();
    byte[] bytes = new byte[HANDLE_BYTES];
    ByteBuffer.wrap(bytes).putInt(index).putLong(key);
    return bytes;
  }

  /** The handle with these bytes, or null. */
  synchronized @Nullable Handle find(ByteBuffer bytes) {
    Slot slot = slot(bytes);
    return slot == null ? null : slot.handle;
  }

  /** Removes and returns the handle with these bytes, or null. */
  @Nullable Handle remove(ByteBuffer bytes) {
    Handle removed = takeOut(bytes);
    if (removed != null) {
      memory.giveBack(removed.use(), removed.bytes());
    }
    return removed;
  }

  private synchronized @Nullable Handle takeOut(ByteBuffer bytes) {
    Slot slot = slot(bytes);
    if (slot == null) {
      return null;
    }
    int index = bytes.getInt(bytes.position());
    slots.set(index, null);
    free.push(index);
    activity.closed();
    return slot.handle;
  }

  private @Nullable Slot slot(ByteBuffer bytes) {
    if (bytes.remaining() != HANDLE_BYTES) {
      return null;
    }
    int index = bytes.getInt(bytes.position());
    if (index < 0 || index >= slots.size()) {
      return null;
    }
    Slot slot = slots.get(index);
    long key = (long) LONG.get(bytes.array(), bytes.arrayOffset() + bytes.position() + 4);
    return slot != null && slot.key == key ? slot : null;
  }

  /** Aborts all handles, and those that are added later. A second call does nothing. */
  void abortAll(FsException cause) {
    List<Handle> open = new ArrayList<>();
    synchronized (this) {
      if (ended != null) {
        return;
      }
      ended = cause;
      for (Slot slot : slots) {
        if (slot != null) {
          open.add(slot.handle);
          activity.closed();
        }
      }
      slots.clear();
      free.clear();
    }
    for (Handle handle : open) {
      handle.abort(cause);
      memory.giveBack(handle.use(), handle.bytes());
    }
  }
}
