package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.MemoryBudget.Account;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;

  private final MemoryBudget budget = new MemoryBudget(64 * MIB, 64 * MIB);

  private static long fill(Account account, Use use) {
    long taken = 0;
    while (account.tryTake(use, 16 * KIB)) {
      taken += 16 * KIB;
    }
    return taken;
  }

  private long used() {
    return budget.level(Area.HEAP).used();
  }

  @Test
  void oneHolderGetsThreeEighths() {
    try (Account greedy = budget.open()) {
      assertThat(fill(greedy, Use.CONTENTS)).isEqualTo(24 * MIB);
    }
    assertThat(used()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20, 200})
  void memoryRemainsForOthersThanGreedyHolders(int greedy) {
    List<Account> accounts = new ArrayList<>();
    for (int i = 0; i < greedy; i++) {
      Account account = budget.open();
      fill(account, Use.PACKETS);
      accounts.add(account);
    }
    // The first ones hold the largest parts; the last ones have left the reserve free.
    try (Account late = budget.open()) {
      assertThat(late.tryTake(Use.PACKETS, 16 * KIB)).isTrue();
    }
    assertThat(used()).isLessThan(64 * MIB);
    accounts.forEach(Account::close);
    assertThat(used()).isZero();
  }

  /**
   * One user has as much as possible, others the rest up to the reserve. A newcomer then gets the
   * memory that an interactive session needs, in a heap of 512 MiB, whose budget is 232 MiB.
   */
  @ParameterizedTest
  @ValueSource(longs = {232, 2048})
  void theLastHolderHasEnoughForASession(long mib) {
    long limit = mib * MIB;
    MemoryBudget whole = new MemoryBudget(limit, limit);
    for (Use use : List.of(Use.PACKETS, Use.BUFFERS)) {
      assertThat(fill(whole.open(), use)).isEqualTo(limit * 3 / 8);
      long free = limit - whole.level(use.area()).used() - limit / 4;
      while (free >= 32 * KIB) {
        long half = free / 2 / (16 * KIB) * (16 * KIB);
        assertThat(whole.open().tryTake(use, half)).isTrue();
        free -= half;
      }
      try (Account late = whole.open()) {
        assertThat(fill(late, use)).isGreaterThanOrEqualTo(384 * KIB);
      }
      for (long i = 0; i < mib / 24; i++) { // earlier holders get as much
        Account another = whole.open();
        for (long taken = 0; taken < 384 * KIB; taken += 16 * KIB) {
          assertThat(another.tryTake(use, 16 * KIB)).as("newcomer %d", i).isTrue();
        }
      }
    }
  }

  @Test
  void theConnectionsOfOneUserAreOneHolder() {
    List<Account> mine = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Account account = budget.openForStranger();
      account.admit("ann");
      mine.add(account);
    }
    for (int round = 0; round < 100; round++) {
      mine.forEach(account -> account.tryTake(Use.FIDS, MIB / 64));
    }
    long limit = budget.level(Area.HEAP).limit();
    assertThat(used()).isBetween(limit / 4, limit / 2);

    Account another = budget.openForStranger(); // this user has no memory yet
    another.admit("ann");
    assertThat(another.tryTake(Use.FIDS, 64 * KIB)).isTrue();
    mine.add(another);
    Account other = budget.openForStranger();
    other.admit("ben");
    assertThat(other.tryTake(Use.FIDS, limit / 16)).isTrue();
    mine.forEach(Account::close);
    Account again = budget.openForStranger();
    again.admit("ann");
    assertThat(again.tryTake(Use.FIDS, limit / 4)).isTrue();
  }

  @Test
  void strangersTogetherGetASmallShare() {
    long all = 0;
    List<Account> strangers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Account stranger = budget.openForStranger();
      all += fill(stranger, Use.PACKETS);
      strangers.add(stranger);
    }
    assertThat(all).isGreaterThan(3 * MIB).isLessThanOrEqualTo(8 * MIB);
    assertThat(budget.level(Area.HEAP).strangers()).isEqualTo(all);

    strangers.forEach(stranger -> stranger.admit("ann " + stranger.hashCode()));

    assertThat(budget.level(Area.HEAP).strangers()).isZero();
    assertThat(strangers.getFirst().tryTake(Use.PACKETS, MIB)).isTrue();
  }

  @Test
  void areasAreIndependent() {
    try (Account account = budget.open()) {
      fill(account, Use.BUFFERS);
      assertThat(account.tryTake(Use.PACKETS, 24 * MIB)).isTrue();
    }
  }

  @Test
  void refusalsAreCountedByUse() {
    try (Account account = budget.open()) {
      assertThat(account.tryTake(Use.FIDS, 25 * MIB)).isFalse();
      assertThat(account.charged(Use.FIDS)).isZero();
    }
    assertThat(budget.refusals(Use.FIDS)).isEqualTo(1);
    assertThat(budget.refusals(Use.LOCKS)).isZero();
  }

  @Test
  void moreThanWasChargedCannotBeReleased() {
    try (Account account = budget.open()) {
      account.tryTake(Use.FIDS, 100);
      assertThatThrownBy(() -> account.giveBack(Use.FIDS, 101))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aRefusedHolderIsNotifiedWhenMemoryIsFree() {
    AtomicInteger calls = new AtomicInteger();
    Account holder = budget.open();
    Account waiting = budget.open();
    holder.tryTake(Use.CONTENTS, 24 * MIB);
    assertThat(waiting.tryTakeOr(Use.CONTENTS, 20 * MIB, calls::incrementAndGet)).isFalse();
    assertThat(calls).hasValue(0);

    holder.giveBack(Use.CONTENTS, 24 * MIB);

    assertThat(calls).hasValue(1);
    assertThat(waiting.tryTake(Use.CONTENTS, 20 * MIB)).isTrue();
    holder.close();
    assertThat(calls).hasValue(1);
  }

  @Test
  void aWaitingChargeIsGrantedWhenMemoryIsFree() {
    Account holder = budget.open();
    holder.tryTake(Use.CONTENTS, 24 * MIB);
    Account waiting = budget.open();
    CompletableFuture<Void> first = waiting.takeWhenFree(Use.CONTENTS, 20 * MIB);
    assertThat(first).isNotDone();

    holder.close();

    assertThat(first).isCompleted();
    assertThat(waiting.charged(Use.CONTENTS)).isEqualTo(20 * MIB);
  }

  @Test
  void aCancelledChargeTakesNothing() {
    Account holder = budget.open();
    holder.tryTake(Use.CONTENTS, 24 * MIB);
    Account waiting = budget.open();
    CompletableFuture<Void> charge = waiting.takeWhenFree(Use.CONTENTS, 20 * MIB);
    charge.cancel(false);

    holder.close();

    assertThat(waiting.charged(Use.CONTENTS)).isZero();
    assertThat(used()).isZero();
  }

  @Test
  void aChargeThatCanNeverFitIsRefusedAtOnce() {
    try (Account account = budget.open()) {
      assertThatThrownBy(() -> MemoryBudget.await(account.takeWhenFree(Use.CONTENTS, 24 * MIB + 1)))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
    }
  }

  @Test
  void aClosedAccountTakesNothingAndEndsItsWaits() {
    Account holder = budget.open();
    holder.tryTake(Use.CONTENTS, 24 * MIB);
    Account waiting = budget.open();
    CompletableFuture<Void> charge = waiting.takeWhenFree(Use.CONTENTS, 24 * MIB);

    waiting.close();

    assertThat(charge).isCompletedExceptionally();
    assertThat(waiting.tryTake(Use.FIDS, 1)).isFalse();
    waiting.giveBack(Use.FIDS, 1);
    assertThat(used()).isEqualTo(24 * MIB);
  }

  @Test
  void aWaitEndsWhenItsOperationIsCancelled() throws Exception {
    Account holder = budget.open();
    holder.tryTake(Use.CONTENTS, 24 * MIB);
    Account waiting = budget.open();
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Errno errno =
        cancellation.call(
            () -> {
              try {
                MemoryBudget.await(waiting.takeWhenFree(Use.CONTENTS, 20 * MIB));
                return Errno.EIO;
              } catch (FsException e) {
                return e.errno();
              }
            });
    assertThat(errno).isEqualTo(Errno.EINTR);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theTotalIsTheSumOfTheAccounts(long seed) {
    Random random = new Random(seed);
    List<Account> accounts = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      if (accounts.size() < 10) {
        accounts.add(random.nextBoolean() ? budget.open() : budget.openForStranger());
      }
      Account account = accounts.get(random.nextInt(accounts.size()));
      Use use = List.of(Use.values()).get(random.nextInt(Use.values().length));
      switch (random.nextInt(12)) {
        case 0 -> {
          account.close();
          accounts.remove(account);
        }
        case 1 -> account.admit("user " + random.nextInt(3));
        case 2, 3, 4, 5 -> account.giveBack(use, random.nextLong(account.charged(use) + 1));
        default -> account.tryTake(use, random.nextLong(3 * MIB));
      }
      for (Area area : Area.values()) {
        MemoryBudget.Level level = budget.level(area);
        assertThat(level.used()).isBetween(0L, level.limit());
        assertThat(level.strangers()).isBetween(0L, level.strangersLimit());
      }
      for (Use each : Use.values()) {
        long sum = accounts.stream().mapToLong(a -> a.charged(each)).sum();
        assertThat(budget.used(each)).isEqualTo(sum);
      }
    }
    accounts.forEach(Account::close);
    assertThat(used()).isZero();
    assertThat(budget.level(Area.DIRECT).used()).isZero();
  }
}
