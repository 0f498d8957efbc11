package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DescriptorBudget.Lease;
import dev.warren.api.DescriptorBudget.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DescriptorBudgetTest {
  private final List<Refusal> told = new CopyOnWriteArrayList<>();
  private final DescriptorBudget budget = new DescriptorBudget(120, told::add);

  private static Caller caller(String user, int port) {
    return new Caller(user, -1, -1, List.of(), "9p", "127.0.0.1:" + port);
  }

  /** Takes descriptors until none are left. */
  private List<Lease> takeAll(Caller holder) {
    List<Lease> leases = new ArrayList<>();
    while (true) {
      try {
        leases.add(budget.take(holder, 1));
      } catch (FsException e) {
        assertThat(e.errno()).isEqualTo(Errno.EMFILE);
        return leases;
      }
    }
  }

  @Test
  void aGreedyUserLeavesDescriptorsToOthers() throws Exception {
    Caller greedy = caller("greedy", 1);
    assertThat(takeAll(greedy)).hasSize(40);
    assertThat(told).containsExactly(new Refusal(greedy, 40, 80, 120));
    assertThat(takeAll(caller("greedy", 2))).hasSizeBetween(10, 20);
    assertThat(takeAll(caller("other", 3))).hasSizeBetween(15, 40);
    for (int port = 10; port < 1000; port++) {
      takeAll(caller("greedy", port));
      takeAll(caller("other", port));
    }
    assertThat(budget.used()).isLessThan(110);
    budget.take(caller("third", 4), 1).giveBack();
  }

  @Test
  void returnedDescriptorsCanBeTakenAgain() throws Exception {
    Caller holder = caller("ann", 1);
    for (int round = 0; round < 3; round++) {
      List<Lease> leases = takeAll(holder);
      assertThat(leases).hasSize(40);
      assertThat(budget.used()).isEqualTo(40);
      leases.forEach(Lease::giveBack);
      leases.forEach(Lease::giveBack); // the second call must not return them again
      assertThat(budget.used()).isZero();
    }
    assertThat(budget.refusals()).isEqualTo(3);
  }

  @Test
  void severalAreTakenTogetherOrNotAtAll() throws Exception {
    Caller holder = caller("ann", 1);
    assertThatThrownBy(() -> budget.take(holder, 61)).isInstanceOf(FsException.class);
    assertThat(budget.used()).isZero();
    Lease pair = budget.take(holder, 2);
    assertThat(budget.used()).isEqualTo(2);
    pair.giveBack();
    assertThat(budget.used()).isZero();
  }

  @Test
  void limits() throws Exception {
    assertThatThrownBy(() -> new DescriptorBudget(-1, told::add))
        .isInstanceOf(IllegalArgumentException.class);
    DescriptorBudget none = new DescriptorBudget(0, told::add);
    assertThatThrownBy(() -> none.take(Caller.HOST, 1)).isInstanceOf(FsException.class);
    assertThat(told).hasSize(1);
    DescriptorBudget one = new DescriptorBudget(1, told::add);
    one.take(Caller.HOST, 1);
    assertThatThrownBy(() -> one.take(caller("ann", 1), 1)).isInstanceOf(FsException.class);
    DescriptorBudget.unlimited().take(Caller.HOST, 1_000_000);
  }

  @Test
  void manyThreadsLoseNone() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> workers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Caller holder = caller("user" + i % 3, i);
        Random random = new Random(i);
        workers.add(threads.submit(() -> work(holder, random)));
      }
      for (Future<Integer> worker : workers) {
        assertThat(worker.get()).isPositive();
      }
    }
    assertThat(budget.used()).isZero();
    assertThat(takeAll(caller("user0", 0))).hasSize(40);
  }

  private int work(Caller holder, Random random) {
    List<Lease> leases = new ArrayList<>();
    int taken = 0;
    for (int i = 0; i < 2_000; i++) {
      if (leases.isEmpty() || random.nextBoolean()) {
        try {
          leases.add(budget.take(holder, 1 + random.nextInt(2)));
          taken++;
        } catch (FsException e) {
          assertThat(e.errno()).isEqualTo(Errno.EMFILE);
        }
      } else {
        leases.remove(random.nextInt(leases.size())).giveBack();
      }
    }
    leases.forEach(Lease::giveBack);
    return taken;
  }
}
