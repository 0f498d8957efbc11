package dev.warren.namespace.locks;

import static dev.warren.frontend.FileLocks.Kind.EXCLUSIVE;
import static dev.warren.frontend.FileLocks.Kind.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Owner;
import dev.warren.frontend.FileLocks.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cost of thousands of requests that wait for one file, counted in examined locks and requests.
 */
class ManyWaitersTest {
  private static final long FILE = 7;
  private static final long OTHER_FILE = 8;
  private static final int FEW = 2_000;
  private static final int MANY = 16_000;

  /**
   * The greatest growth of the total number of steps: 2.4 times linear, for logarithms and chance;
   * quadratic growth would be 64.
   */
  private static final double GROWTH = 2.4 * MANY / FEW;

  private final Owner holder = new Owner(new Object(), "host", -1);
  private final Owner other = new Owner(new Object(), "host", -2);

  /** Which kinds of requests wait, and for which bytes. */
  enum Pattern {
    READERS {
      @Override
      Kind kind(int i) {
        return SHARED;
      }
    },
    WRITERS,
    BY_TURNS {
      @Override
      Kind kind(int i) {
        return i % 2 == 0 ? SHARED : EXCLUSIVE;
      }
    },
    ONE_BYTE_EACH {
      @Override
      Range range(int i) {
        return new Range(i, 1);
      }
    },
    OVERLAPPING {
      @Override
      Range range(int i) {
        return new Range(i * 7919L % 10_007, 100);
      }
    };

    Kind kind(int i) {
      return EXCLUSIVE;
    }

    Range range(int i) {
      return Range.ALL;
    }
  }

  private static ByteRangeLocks locks() {
    return new ByteRangeLocks(Integer.MAX_VALUE, Integer.MAX_VALUE, new SplittableRandom(1));
  }

  private List<Owner> owners(int count) {
    Object connection = new Object();
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      owners.add(new Owner(connection, "host", i));
    }
    return owners;
  }

  private List<CompletableFuture<Void>> wait(
      ByteRangeLocks locks, List<Owner> owners, Pattern pattern) throws FsException {
    assertThat(locks.tryLock(FILE, holder, holder, EXCLUSIVE, Range.ALL)).isTrue();
    List<CompletableFuture<Void>> requests = new ArrayList<>();
    for (int i = 0; i < owners.size(); i++) {
      Owner owner = owners.get(i);
      requests.add(locks.lock(FILE, owner, owner, pattern.kind(i), pattern.range(i)));
    }
    assertThat(requests).noneMatch(CompletableFuture::isDone);
    return requests;
  }

  /** All requests wait, and each lock is released as soon as it is granted. */
  private long stepsOfAllInTurn(int count, Pattern pattern) throws FsException {
    ByteRangeLocks locks = locks();
    List<Owner> owners = owners(count);
    List<CompletableFuture<Void>> requests = wait(locks, owners, pattern);
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Owner owner = owners.get(i);
      done.add(requests.get(i).thenRun(() -> locks.unlock(FILE, owner, Range.ALL)));
    }
    locks.unlock(FILE, holder, Range.ALL);
    assertThat(done).allMatch(CompletableFuture::isDone);
    assertThat(done).noneMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(locks.count()).isZero();
    return locks.steps();
  }

  @ParameterizedTest
  @EnumSource
  void servingAllWaitersInTurnTakesLinearTime(Pattern pattern) throws FsException {
    long few = stepsOfAllInTurn(FEW, pattern);
    long many = stepsOfAllInTurn(MANY, pattern);
    assertThat((double) many / few).as("%d and %d steps", few, many).isLessThan(GROWTH);
  }

  /** All requests wait, and are withdrawn in random order. */
  private long stepsOfGivingUp(int count, Pattern pattern) throws FsException {
    ByteRangeLocks locks = locks();
    List<CompletableFuture<Void>> requests = wait(locks, owners(count), pattern);
    Collections.shuffle(requests, new Random(3));
    requests.forEach(request -> assertThat(request.cancel(false)).isTrue());
    locks.unlock(FILE, holder, Range.ALL);
    assertThat(locks.count()).isZero();
    return locks.steps();
  }

  @ParameterizedTest
  @EnumSource
  void cancellingAllWaitersTakesLinearTime(Pattern pattern) throws FsException {
    long few = stepsOfGivingUp(FEW, pattern);
    long many = stepsOfGivingUp(MANY, pattern);
    assertThat((double) many / few).as("%d and %d steps", few, many).isLessThan(GROWTH);
  }

  private long stepsOfALostConnection(int count, Pattern pattern) throws FsException {
    ByteRangeLocks locks = locks();
    List<Owner> owners = owners(count);
    List<CompletableFuture<Void>> requests = wait(locks, owners, pattern);
    locks.releaseConnection(owners.getFirst().connection());
    assertThat(requests).allMatch(CompletableFuture::isCancelled);
    assertThat(locks.count()).isEqualTo(1);
    return locks.steps();
  }

  @ParameterizedTest
  @EnumSource
  void losingTheConnectionOfAllWaitersTakesLinearTime(Pattern pattern) throws FsException {
    long few = stepsOfALostConnection(FEW, pattern);
    long many = stepsOfALostConnection(MANY, pattern);
    assertThat((double) many / few).as("%d and %d steps", few, many).isLessThan(GROWTH);
  }

  /**
   * Each reader holds a lock; writers wait for them, and block all others when the readers release.
   */
  private long stepsOfReadersThatGo(int count) throws FsException {
    ByteRangeLocks locks = locks();
    List<Owner> readers = owners(count);
    for (Owner reader : readers) {
      assertThat(locks.tryLock(FILE, reader, reader, SHARED, Range.ALL)).isTrue();
    }
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    List<Owner> owners = owners(count);
    for (int i = 0; i < count; i++) {
      writers.add(locks.lock(FILE, owners.get(i), owners.get(i), EXCLUSIVE, new Range(i, 1)));
    }
    for (Owner reader : readers) {
      locks.unlock(FILE, reader, Range.ALL);
    }
    assertThat(writers).allMatch(CompletableFuture::isDone);
    return locks.steps();
  }

  @Test
  void writersAreNotCheckedForEachReaderThatUnlocks() throws FsException {
    long few = stepsOfReadersThatGo(FEW);
    long many = stepsOfReadersThatGo(MANY);
    assertThat((double) many / few).as("%d and %d steps", few, many).isLessThan(GROWTH);
  }

  @Test
  void theSearchForADeadlockIsBounded() throws FsException {
    ByteRangeLocks locks = locks();
    for (Owner reader : owners(MANY)) {
      assertThat(locks.tryLock(FILE, reader, reader, SHARED, Range.ALL)).isTrue();
    }
    // A request waits for the holder, so it may be part of a cycle.
    assertThat(locks.tryLock(OTHER_FILE, holder, holder, EXCLUSIVE, Range.ALL)).isTrue();
    assertThat(locks.lock(OTHER_FILE, other, other, SHARED, Range.ALL)).isNotDone();
    CompletableFuture<Void> request = locks.lock(FILE, holder, holder, EXCLUSIVE, Range.ALL);
    assertThat(request.cancel(false)).isTrue();
    long before = locks.steps();
    assertThat(locks.lock(FILE, holder, holder, EXCLUSIVE, Range.ALL)).isNotDone();
    assertThat(locks.steps() - before).isLessThan(2L * Deadlocks.BUDGET);
  }

  @Test
  void continuationsOnOneFileDoNotDelayAnotherFile() throws Exception {
    ByteRangeLocks locks = locks();
    List<Owner> owners = owners(100);
    List<CompletableFuture<Void>> requests = wait(locks, owners, Pattern.READERS);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    var _ =
        requests
            .getFirst()
            .thenRun(
                () -> {
                  entered.countDown();
                  awaitQuietly(leave);
                });
    Thread releasing = Thread.ofPlatform().start(() -> locks.unlock(FILE, holder, Range.ALL));
    entered.await();
    Owner waiter = new Owner(new Object(), "host", 3);
    assertThat(locks.tryLock(OTHER_FILE, other, other, EXCLUSIVE, Range.ALL)).isTrue();
    CompletableFuture<Void> request = locks.lock(OTHER_FILE, waiter, waiter, EXCLUSIVE, Range.ALL);
    locks.unlock(OTHER_FILE, other, Range.ALL);
    assertThat(request).isCompleted();
    leave.countDown();
    releasing.join();
    assertThat(requests).allMatch(CompletableFuture::isDone);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void allConnectionsShareALimitAndEachIsGuaranteedSome() throws FsException {
    ByteRangeLocks locks = new ByteRangeLocks(1_000, 100, new SplittableRandom(1));
    int taken = 0;
    while (taken < 1_000 && takes(locks, holder, taken)) {
      taken++;
    }
    assertThat(taken).isEqualTo(100 + LockConnection.SURE);
    for (int i = 0; i < LockConnection.SURE; i++) {
      assertThat(takes(locks, other, 10_000 + i)).isTrue();
    }
    assertThat(takes(locks, other, 20_000)).isFalse();
    locks.releaseConnection(holder.connection());
    assertThat(takes(locks, other, 20_000)).isTrue();
  }

  /** Locks every second byte, so that the locks are not joined. */
  private static boolean takes(ByteRangeLocks locks, Owner owner, int number) {
    try {
      return locks.tryLock(FILE, owner, owner, EXCLUSIVE, new Range(2L * number, 1));
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.ENOLCK);
      return false;
    }
  }

  @Test
  void aLongNameOfAClientIsRefused() {
    Owner lengthy = new Owner(new Object(), "x".repeat(ByteRangeLocks.MAX_CLIENT_NAME + 1), 1);
    assertThatThrownBy(() -> locks().tryLock(FILE, lengthy, lengthy, SHARED, Range.ALL))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
  }
}
