package dev.warren.namespace.locks;

import static dev.warren.frontend.FileLocks.Kind.EXCLUSIVE;
import static dev.warren.frontend.FileLocks.Kind.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks.Held;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Owner;
import dev.warren.frontend.FileLocks.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ByteRangeLocksTest {
  private static final long FILE = 7;
  private static final long OTHER_FILE = 8;

  private final Object connection = new Object();
  private final Object otherConnection = new Object();
  private final Object handle = new Object();
  private final Owner a = new Owner(connection, "host", 1);
  private final Owner b = new Owner(otherConnection, "host", 1);
  private final Owner c = new Owner(otherConnection, "host", 2);
  private final ByteRangeLocks locks = new ByteRangeLocks();

  private static Range bytes(long first, long last) {
    return new Range(first, last - first + 1);
  }

  private static void failsWith(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  /** Uses each owner as its own handle, so that releasing one does not affect the others. */
  private CompletableFuture<Void> lock(Owner owner, Kind kind, Range range) throws FsException {
    return locks.lock(FILE, owner, owner, kind, range);
  }

  private boolean tryLock(Owner owner, Kind kind, Range range) throws FsException {
    return locks.tryLock(FILE, owner, owner, kind, range);
  }

  @Test
  void sharedLocksMayOverlapAndExclusiveOnesMayNot() throws FsException {
    assertThat(tryLock(a, SHARED, bytes(0, 9))).isTrue();
    assertThat(tryLock(b, SHARED, bytes(5, 14))).isTrue();
    assertThat(tryLock(c, EXCLUSIVE, bytes(14, 20))).isFalse();
    assertThat(tryLock(c, EXCLUSIVE, bytes(15, 20))).isTrue();
    assertThat(tryLock(a, SHARED, bytes(15, 15))).isFalse();
    assertThat(locks.tryLock(OTHER_FILE, a, handle, EXCLUSIVE, Range.ALL)).isTrue();
  }

  @Test
  void anOwnersLocksAreReplacedSplitAndJoined() throws FsException {
    tryLock(a, EXCLUSIVE, bytes(0, 99));
    tryLock(a, SHARED, bytes(40, 59));
    assertThat(locks.count()).isEqualTo(3);
    assertThat(locks.conflict(FILE, b, SHARED, bytes(40, 59))).isEmpty();
    assertThat(locks.conflict(FILE, b, EXCLUSIVE, bytes(50, 70)))
        .contains(new Held(a, SHARED, bytes(40, 59)));
    assertThat(locks.conflict(FILE, b, SHARED, bytes(0, 99)))
        .contains(new Held(a, EXCLUSIVE, bytes(0, 39)));
    locks.unlock(FILE, a, bytes(10, 19));
    assertThat(locks.count()).isEqualTo(4);
    tryLock(a, EXCLUSIVE, bytes(10, 59));
    assertThat(locks.count()).isEqualTo(1);
    assertThat(locks.conflict(FILE, b, SHARED, bytes(99, 99)))
        .contains(new Held(a, EXCLUSIVE, bytes(0, 99)));
  }

  @Test
  void lengthZeroReachesToTheEndOfAllOffsets() throws FsException {
    tryLock(a, EXCLUSIVE, new Range(100, 0));
    assertThat(locks.conflict(FILE, b, SHARED, bytes(Long.MAX_VALUE - 1, Long.MAX_VALUE - 1)))
        .contains(new Held(a, EXCLUSIVE, new Range(100, 0)));
    assertThat(tryLock(b, EXCLUSIVE, bytes(0, 99))).isTrue();
    locks.unlock(FILE, a, new Range(200, 0));
    assertThat(locks.conflict(FILE, b, SHARED, new Range(0, 0)))
        .contains(new Held(a, EXCLUSIVE, bytes(100, 199)));
  }

  @Test
  void anOwnerIsAProcessOfAClientOfAConnection() throws FsException {
    tryLock(a, EXCLUSIVE, Range.ALL);
    assertThat(tryLock(new Owner(connection, "host", 1), EXCLUSIVE, Range.ALL)).isTrue();
    assertThat(tryLock(new Owner(connection, "host", 2), SHARED, Range.ALL)).isFalse();
    assertThat(tryLock(new Owner(connection, "guest", 1), SHARED, Range.ALL)).isFalse();
    assertThat(tryLock(new Owner(new Object(), "host", 1), SHARED, Range.ALL)).isFalse();
  }

  @Test
  void aConnectionIsComparedByIdentity() throws FsException {
    List<String> one = new ArrayList<>();
    List<String> equal = new ArrayList<>();
    assertThat(tryLock(new Owner(one, "host", 1), EXCLUSIVE, Range.ALL)).isTrue();
    assertThat(locks.tryLock(FILE, new Owner(equal, "host", 1), handle, SHARED, Range.ALL))
        .isFalse();
  }

  @Test
  void aLockIsGrantedWhenNoConflictRemains() throws FsException {
    tryLock(a, EXCLUSIVE, bytes(0, 9));
    CompletableFuture<Void> request = lock(b, EXCLUSIVE, bytes(5, 14));
    locks.unlock(FILE, a, bytes(0, 4));
    assertThat(request).isNotDone();
    locks.unlock(FILE, a, bytes(5, 9));
    assertThat(request).isCompleted();
    assertThat(tryLock(a, SHARED, bytes(14, 14))).isFalse();
  }

  @Test
  void aDowngradeGrantsWaitingRequests() throws FsException {
    tryLock(a, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> request = lock(b, SHARED, Range.ALL);
    assertThat(lock(a, SHARED, Range.ALL)).isCompleted();
    assertThat(request).isCompleted();
  }

  @Test
  void readersThatComeLaterDoNotStarveAWriter() throws FsException {
    tryLock(a, SHARED, Range.ALL);
    CompletableFuture<Void> writer = lock(b, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> reader = lock(c, SHARED, Range.ALL);
    assertThat(reader).isNotDone();
    locks.unlock(FILE, a, Range.ALL);
    assertThat(writer).isCompleted();
    assertThat(reader).isNotDone();
    locks.unlock(FILE, b, Range.ALL);
    assertThat(reader).isCompleted();
  }

  @Test
  void aReaderIsGrantedItsLockWhenTheWriterBeforeItGivesUp() throws FsException {
    tryLock(a, SHARED, Range.ALL);
    CompletableFuture<Void> writer = lock(b, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> reader = lock(c, SHARED, Range.ALL);
    assertThat(writer.cancel(false)).isTrue();
    assertThat(reader).isCompleted();
    assertThat(writer).isCancelled();
    locks.unlock(FILE, a, Range.ALL);
    assertThat(locks.conflict(FILE, a, EXCLUSIVE, Range.ALL))
        .get()
        .extracting(Held::owner)
        .isEqualTo(c);
  }

  @Test
  void tryLockIgnoresWaitingRequests() throws FsException {
    tryLock(a, SHARED, Range.ALL);
    assertThat(lock(b, EXCLUSIVE, Range.ALL)).isNotDone();
    assertThat(locks.conflict(FILE, c, SHARED, Range.ALL)).isEmpty();
    assertThat(tryLock(c, SHARED, Range.ALL)).isTrue();
  }

  @Test
  void theOnlyReaderIsUpgradedBeforeRequestsThatWaitForIt() throws FsException {
    tryLock(a, SHARED, Range.ALL);
    CompletableFuture<Void> waiting = lock(b, EXCLUSIVE, Range.ALL);
    assertThat(lock(a, EXCLUSIVE, Range.ALL)).isCompleted();
    assertThat(waiting).isNotDone();
    locks.unlock(FILE, a, Range.ALL);
    assertThat(waiting).isCompleted();
  }

  @Test
  void twoReadersThatBothUpgradeAreADeadlock() throws FsException {
    tryLock(a, SHARED, Range.ALL);
    tryLock(b, SHARED, Range.ALL);
    CompletableFuture<Void> first = lock(a, EXCLUSIVE, Range.ALL);
    failsWith(Errno.EDEADLK, () -> lock(b, EXCLUSIVE, Range.ALL));
    locks.unlock(FILE, b, Range.ALL);
    assertThat(first).isCompleted();
  }

  @Test
  void aCycleOverSeveralFilesIsADeadlock() throws FsException {
    for (Owner owner : List.of(a, b, c)) {
      locks.tryLock(
          owner.process() + (owner.equals(a) ? 10 : 20), owner, owner, EXCLUSIVE, Range.ALL);
    }
    assertThat(locks.lock(21, a, a, SHARED, Range.ALL)).isNotDone();
    assertThat(locks.lock(22, b, b, SHARED, Range.ALL)).isNotDone();
    failsWith(Errno.EDEADLK, () -> locks.lock(11, c, c, SHARED, Range.ALL));
    assertThat(locks.count()).isEqualTo(5);
  }

  @Test
  void waitingForEarlierRequestsIsNoDeadlock() throws FsException {
    tryLock(a, SHARED, Range.ALL);
    locks.tryLock(OTHER_FILE, c, c, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> writer = lock(b, EXCLUSIVE, Range.ALL); // waits for a's lock
    CompletableFuture<Void> reader = lock(c, SHARED, Range.ALL); // waits for b's earlier request
    assertThat(reader).isNotDone();
    // Waits for c's lock: c would now wait for itself if it still waited for b's earlier request.
    CompletableFuture<Void> last = locks.lock(OTHER_FILE, a, a, EXCLUSIVE, Range.ALL);
    assertThat(reader).isCompleted();
    locks.unlock(OTHER_FILE, c, Range.ALL);
    assertThat(last).isCompleted();
    locks.unlock(FILE, c, Range.ALL);
    locks.unlock(FILE, a, Range.ALL);
    assertThat(writer).isCompleted();
  }

  @Test
  void aGrantedLockCannotBeCancelled() throws FsException {
    tryLock(a, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> request = lock(b, EXCLUSIVE, Range.ALL);
    locks.unlock(FILE, a, Range.ALL);
    assertThat(request.cancel(false)).isFalse();
    assertThat(request.completeExceptionally(new TimeoutException())).isFalse();
    assertThat(request).isCompleted();
  }

  @Test
  void aCancelledRequestIsNeverGranted() throws FsException {
    tryLock(a, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> request = lock(b, EXCLUSIVE, Range.ALL);
    assertThat(request.cancel(false)).isTrue();
    assertThat(request.cancel(false)).isTrue();
    locks.unlock(FILE, a, Range.ALL);
    assertThat(locks.count()).isZero();
    assertThatThrownBy(request::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void aTimeOutOfTheFutureCancelsTheRequest() throws FsException {
    tryLock(a, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> request = lock(b, EXCLUSIVE, Range.ALL);
    request.completeExceptionally(new TimeoutException());
    assertThat(locks.count()).isEqualTo(1);
    locks.unlock(FILE, a, Range.ALL);
    assertThat(locks.count()).isZero();
  }

  @Test
  void locksAreReleasedWithTheirHandle() throws FsException {
    Object one = new Object();
    Object two = new Object();
    locks.tryLock(FILE, a, one, SHARED, bytes(0, 9));
    locks.tryLock(FILE, a, two, SHARED, bytes(10, 19));
    locks.tryLock(OTHER_FILE, a, one, EXCLUSIVE, Range.ALL);
    tryLock(b, SHARED, bytes(30, 39));
    CompletableFuture<Void> request = locks.lock(FILE, a, one, EXCLUSIVE, bytes(30, 39));
    CompletableFuture<Void> others = lock(c, EXCLUSIVE, bytes(0, 9));
    locks.release(one);
    assertThat(request).isCancelled();
    assertThat(others).isCompleted();
    assertThat(locks.conflict(OTHER_FILE, b, EXCLUSIVE, Range.ALL)).isEmpty();
    assertThat(locks.conflict(FILE, b, EXCLUSIVE, bytes(10, 19)))
        .contains(new Held(a, SHARED, bytes(10, 19)));
    locks.release(one);
  }

  @Test
  void locksAreReleasedWithTheirConnection() throws FsException {
    tryLock(b, SHARED, Range.ALL);
    tryLock(c, SHARED, Range.ALL);
    locks.tryLock(OTHER_FILE, a, a, SHARED, Range.ALL);
    Owner d = new Owner(otherConnection, "host", 3);
    CompletableFuture<Void> theirs = locks.lock(OTHER_FILE, d, d, EXCLUSIVE, Range.ALL);
    CompletableFuture<Void> mine = lock(a, EXCLUSIVE, Range.ALL);
    locks.releaseConnection(otherConnection);
    assertThat(theirs).isCancelled();
    assertThat(mine).isCompleted();
    locks.releaseConnection(connection);
    assertThat(locks.count()).isZero();
  }

  @Test
  void theLocksThatAConnectionHoldsOrWaitsForAreLimited() throws FsException {
    ByteRangeLocks few = new ByteRangeLocks(3);
    few.tryLock(FILE, b, b, EXCLUSIVE, bytes(100, 100));
    few.tryLock(FILE, a, a, EXCLUSIVE, bytes(0, 9));
    few.tryLock(FILE, a, a, EXCLUSIVE, bytes(20, 29));
    assertThat(few.lock(FILE, a, a, EXCLUSIVE, bytes(100, 100))).isNotDone();
    failsWith(Errno.ENOLCK, () -> few.tryLock(FILE, a, a, SHARED, bytes(40, 49)));
    failsWith(Errno.ENOLCK, () -> few.lock(FILE, a, a, SHARED, bytes(100, 100)));
    failsWith(Errno.ENOLCK, () -> few.tryLock(FILE, a, a, SHARED, bytes(5, 5)));
    assertThat(few.tryLock(FILE, a, a, EXCLUSIVE, bytes(10, 19))).isTrue(); // joins two locks
    assertThat(few.tryLock(FILE, c, c, SHARED, bytes(40, 49))).isTrue(); // another connection
  }

  @Test
  void unlockingCannotExceedTheLimit() throws FsException {
    ByteRangeLocks one = new ByteRangeLocks(1);
    one.tryLock(FILE, a, a, EXCLUSIVE, bytes(0, 99));
    one.unlock(FILE, a, bytes(50, 50));
    assertThat(one.count()).isEqualTo(1);
    one.unlock(FILE, a, bytes(50, 99));
    assertThat(one.tryLock(FILE, b, b, EXCLUSIVE, bytes(50, 99))).isTrue();
    one.unlock(FILE, a, Range.ALL);
    assertThat(one.count()).isEqualTo(1);
  }

  @Test
  void aChainOfContinuationsDoesNotGrowTheStack() throws FsException {
    tryLock(a, EXCLUSIVE, Range.ALL);
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      Owner next = new Owner(otherConnection, "chain", i);
      done.add(lock(next, EXCLUSIVE, Range.ALL).thenRun(() -> locks.unlock(FILE, next, Range.ALL)));
    }
    locks.unlock(FILE, a, Range.ALL);
    assertThat(done).allMatch(CompletableFuture::isDone);
    assertThat(done).noneMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(locks.count()).isZero();
  }
}
