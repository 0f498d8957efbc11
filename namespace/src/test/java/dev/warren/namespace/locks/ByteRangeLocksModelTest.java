package dev.warren.namespace.locks;

import static dev.warren.frontend.FileLocks.Kind.EXCLUSIVE;
import static dev.warren.frontend.FileLocks.Kind.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Owner;
import dev.warren.frontend.FileLocks.Range;
import dev.warren.testkit.Race;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares locks with a model, an array that records the holder of each byte, and with each other.
 */
@Tag("slow")
class ByteRangeLocksModelTest {
  /** The last one represents all bytes beyond it. */
  private static final int BYTES = 24;

  private static final int FILES = 2;
  private static final int OWNERS = 5;
  private static final int HANDLES = 2;
  private static final int STEPS = 1000;

  /** The lock on one byte; null if there is none. */
  private record Cell(Kind kind, int handle) {}

  private record PendingLock(
      int file, int owner, int handle, Kind kind, Range range, CompletableFuture<Void> future) {
    boolean overlaps(PendingLock other) {
      return file == other.file
          && owner != other.owner
          && range.start() <= other.range.last()
          && other.range.start() <= range.last()
          && (kind == EXCLUSIVE || other.kind == EXCLUSIVE);
    }
  }

  private final ByteRangeLocks locks = new ByteRangeLocks();
  private final Cell[][][] model = new Cell[FILES][OWNERS][BYTES + 1];
  private final List<PendingLock> pending = new ArrayList<>();
  private final List<PendingLock> deferred = new ArrayList<>();
  private boolean deferring;
  private final Object[] connections = {new Object(), new Object()};
  private final Object[][] handles = new Object[OWNERS][HANDLES];
  private final Owner[] owners = new Owner[OWNERS];

  ByteRangeLocksModelTest() {
    for (int i = 0; i < OWNERS; i++) {
      owners[i] = new Owner(connections[i % 2], "host", i);
      Arrays.setAll(handles[i], h -> new Object());
    }
  }

  private boolean isBlocked(int file, int owner, Kind kind, Range range) {
    return !blockers(file, owner, kind, range).isEmpty();
  }

  private Set<Integer> blockers(int file, int owner, Kind kind, Range range) {
    Set<Integer> found = new HashSet<>();
    for (int other = 0; other < OWNERS; other++) {
      for (long b = range.start(); b <= Math.min(BYTES, range.last()); b++) {
        Cell cell = model[file][other][(int) b];
        if (other != owner && cell != null && (cell.kind == EXCLUSIVE || kind == EXCLUSIVE)) {
          found.add(other);
        }
      }
    }
    return found;
  }

  private void set(int file, int owner, Range range, Cell cell) {
    for (long b = range.start(); b <= Math.min(BYTES, range.last()); b++) {
      model[file][owner][(int) b] = cell;
    }
  }

  /** Whether the owner would wait for itself, considering only held locks. */
  private boolean isDeadlock(int file, int owner, Kind kind, Range range) {
    Set<Integer> reached = new HashSet<>(blockers(file, owner, kind, range));
    boolean grows = true;
    while (grows && !reached.contains(owner)) {
      Set<Integer> next = new HashSet<>();
      for (PendingLock request : pending) {
        if (reached.contains(request.owner)) {
          next.addAll(blockers(request.file, request.owner, request.kind, request.range));
        }
      }
      grows = reached.addAll(next);
    }
    return reached.contains(owner);
  }

  private Range randomRange(Random random) {
    int start = random.nextInt(BYTES);
    return random.nextInt(8) == 0
        ? new Range(start, 0)
        : new Range(start, 1 + random.nextInt(BYTES - start));
  }

  @RepeatedTest(10)
  void randomOperationsAgreeWithAnArrayOfBytes(RepetitionInfo repetition) throws FsException {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int step = 0; step < STEPS; step++) {
      int file = random.nextInt(FILES);
      int owner = random.nextInt(OWNERS);
      int handle = random.nextInt(HANDLES);
      Kind kind = random.nextBoolean() ? SHARED : EXCLUSIVE;
      Range range = randomRange(random);
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> tryLock(file, owner, handle, kind, range);
        case 3, 4, 5, 6 -> lock(file, owner, handle, kind, range);
        case 7, 8, 9 -> {
          set(file, owner, range, null);
          locks.unlock(file, owners[owner], range);
        }
        case 10 -> {
          if (!pending.isEmpty()) {
            PendingLock request = pending.get(random.nextInt(pending.size()));
            pending.remove(request);
            assertThat(request.future.cancel(false)).isTrue();
          }
        }
        default -> {
          if (random.nextInt(10) == 0) {
            releaseConnection(owner % 2);
          } else {
            release(owner, handle);
          }
        }
      }
      check("seed " + repetition.getCurrentRepetition() + " step " + step);
    }
    releaseConnection(0);
    releaseConnection(1);
    assertThat(locks.count()).isZero();
  }

  private void tryLock(int file, int owner, int handle, Kind kind, Range range) throws FsException {
    boolean expected = !isBlocked(file, owner, kind, range);
    if (expected) {
      set(file, owner, range, new Cell(kind, handle));
    }
    assertThat(locks.tryLock(file, owners[owner], handles[owner][handle], kind, range))
        .isEqualTo(expected);
  }

  private void lock(int file, int owner, int handle, Kind kind, Range range) throws FsException {
    boolean deadlock = isDeadlock(file, owner, kind, range);
    boolean blocked = isBlocked(file, owner, kind, range);
    CompletableFuture<Void> future;
    try {
      deferring = true;
      future = locks.lock(file, owners[owner], handles[owner][handle], kind, range);
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.EDEADLK);
      assertThat(deadlock).isTrue();
      return;
    } finally {
      deferring = false;
    }
    assertThat(deadlock).isFalse();
    PendingLock request = new PendingLock(file, owner, handle, kind, range, future);
    pending.add(request);
    if (blocked) { // it had to wait for a lock that was granted meanwhile
      grantDeferred();
    }
    var _ = future.thenRun(() -> granted(request));
    grantDeferred(); // grants the requests that it blocked
  }

  private void grantDeferred() {
    deferred.forEach(this::granted);
    deferred.clear();
  }

  private void granted(PendingLock request) {
    if (deferring) {
      deferred.add(request);
    } else {
      assertThat(isBlocked(request.file, request.owner, request.kind, request.range)).isFalse();
      pending.remove(request);
      set(request.file, request.owner, request.range, new Cell(request.kind, request.handle));
    }
  }

  private void forget(int owner, int handle) {
    for (int file = 0; file < FILES; file++) {
      for (int b = 0; b <= BYTES; b++) {
        Cell cell = model[file][owner][b];
        if (cell != null && cell.handle == handle) {
          model[file][owner][b] = null;
        }
      }
    }
    pending.removeIf(request -> request.owner == owner && request.handle == handle);
  }

  private void release(int owner, int handle) {
    forget(owner, handle);
    locks.release(handles[owner][handle]);
  }

  private void releaseConnection(int connection) {
    for (int owner = connection; owner < OWNERS; owner += 2) {
      for (int handle = 0; handle < HANDLES; handle++) {
        forget(owner, handle);
      }
    }
    locks.releaseConnection(connections[connection]);
  }

  private void check(String when) {
    for (int file = 0; file < FILES; file++) {
      for (int owner = 0; owner < OWNERS; owner++) {
        for (int b = 0; b <= BYTES; b++) {
          Range one = new Range(b, 1);
          for (Kind kind : Kind.values()) {
            assertThat(locks.conflict(file, owners[owner], kind, one).isPresent())
                .as("%s: file %d owner %d byte %d %s", when, file, owner, b, kind)
                .isEqualTo(isBlocked(file, owner, kind, one));
          }
        }
      }
    }
    for (int i = 0; i < pending.size(); i++) {
      PendingLock request = pending.get(i);
      boolean turn = pending.subList(0, i).stream().anyMatch(request::overlaps);
      assertThat(request.future).as("%s: %s", when, request).isNotDone();
      assertThat(turn || isBlocked(request.file, request.owner, request.kind, request.range))
          .as("%s: %s waits for something", when, request)
          .isTrue();
    }
  }

  @Test
  void exclusiveLocksExcludeOtherThreads() throws Exception {
    AtomicIntegerArray users = new AtomicIntegerArray(BYTES);
    Race.run(
        6,
        index -> {
          Random random = new Random(index);
          Owner owner = new Owner(connections[index % 2], "thread", index);
          for (int step = 0; step < 3000; step++) {
            Kind kind = random.nextInt(3) == 0 ? EXCLUSIVE : SHARED;
            Range range = randomRange(random);
            if (!acquire(random, owner, kind, range)) {
              continue;
            }
            use(users, kind, range);
            if (random.nextInt(10) == 0) {
              locks.release(owner);
            } else {
              locks.unlock(0, owner, range);
            }
          }
        });
    assertThat(locks.count()).isZero();
  }

  private boolean acquire(Random random, Owner owner, Kind kind, Range range) throws Exception {
    if (random.nextInt(4) == 0) {
      return locks.tryLock(0, owner, owner, kind, range);
    }
    CompletableFuture<Void> future = locks.lock(0, owner, owner, kind, range);
    if (random.nextInt(4) == 0 && future.cancel(false)) {
      return false;
    }
    future.get(60, TimeUnit.SECONDS);
    return true;
  }

  private static void use(AtomicIntegerArray users, Kind kind, Range range) {
    int last = (int) Math.min(BYTES - 1, range.last());
    for (int b = (int) range.start(); b <= last; b++) {
      int before = users.getAndAdd(b, kind == EXCLUSIVE ? 1000 : 1);
      assertThat(before).isBetween(0, kind == EXCLUSIVE ? 0 : 999);
    }
    for (int b = (int) range.start(); b <= last; b++) {
      users.addAndGet(b, kind == EXCLUSIVE ? -1000 : -1);
    }
  }
}
