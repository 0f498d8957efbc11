package dev.warren.sftp.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.session.ChannelMemory;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How much a client may send ahead, and what that is charged to. */
class ReceiveWindowTest {
  private static final long MAX = 2 << 20;
  private static final long FIRST = ChannelMemory.FIRST_WINDOW;
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong();
  private final AtomicLong granted = new AtomicLong();
  private final MemoryBudget budget = new MemoryBudget(16 << 20, 1);
  private final MemoryBudget.Account account = budget.open();

  private ReceiveWindow window() throws FsException {
    return new ReceiveWindow(
        granted::addAndGet, budget, ChannelMemory.open(account), MAX, now::get);
  }

  @Test
  void aClientThatSendsFastGetsALargerWindow() throws IOException {
    ReceiveWindow window = window();
    long before = account.charged(Use.PACKETS);
    for (int i = 0; i < 100; i++) {
      now.addAndGet(SECOND / 100);
      window.release(FIRST);
    }
    assertThat(granted.get()).isEqualTo(100 * FIRST + MAX - FIRST);
    assertThat(account.charged(Use.PACKETS) - before).isBetween(MAX - 2 * FIRST, MAX - FIRST);
  }

  @Test
  void aClientThatSendsSlowlyDoesNot() throws IOException {
    ReceiveWindow window = window();
    for (int i = 0; i < 100; i++) {
      now.addAndGet(2 * SECOND);
      window.release(FIRST);
    }
    assertThat(granted.get()).isEqualTo(100 * FIRST);
  }

  @Test
  void noWindowGrowsWhileHalfOfTheMemoryIsUsed() throws IOException {
    MemoryBudget.Account one = budget.open();
    MemoryBudget.Account two = budget.open();
    assertThat(one.tryTake(Use.CONTENTS, 5 << 20)).isTrue();
    assertThat(two.tryTake(Use.CONTENTS, 3 << 20)).isTrue();
    ReceiveWindow window = window();
    for (int i = 0; i < 100; i++) {
      window.release(FIRST);
    }
    assertThat(granted.get()).isEqualTo(100 * FIRST);
    two.close();
    window.release(FIRST);
    assertThat(granted.get()).isGreaterThan(101 * FIRST);
  }

  /** For a packet that is longer than the window, the window grows in steps, as data arrives. */
  @Test
  void theWindowHasRoomForALongPacketAsItArrives() throws IOException {
    ReceiveWindow window = window();
    long used = budget.level(Area.HEAP).used();
    assertThat(window.letIn(1 << 20, 5)).isTrue();
    assertThat(granted.get()).isZero();
    assertThat(budget.level(Area.HEAP).used()).isEqualTo(used);
    for (long arrived = 0; arrived < 1 << 20; arrived += 10_000) {
      assertThat(window.letIn(1 << 20, arrived)).isTrue();
      assertThat(FIRST + granted.get()).isLessThanOrEqualTo(Math.max(FIRST, 4 * arrived));
      assertThat(FIRST + granted.get()).isGreaterThan(arrived);
    }
    assertThat(FIRST + granted.get()).isGreaterThanOrEqualTo(1 << 20);
  }

  @Test
  void aLongPacketWithoutMemoryIsNotReceived() throws IOException {
    ReceiveWindow window = window();
    MemoryBudget.Account greedy = budget.open();
    while (greedy.tryTake(Use.CONTENTS, 1 << 16)) {}
    while (account.tryTake(Use.CONTENTS, 1 << 14)) {}
    assertThat(window.letIn(1 << 20, 5)).isTrue();
    assertThat(window.letIn(1 << 20, FIRST / 2)).isFalse();
    assertThat(window.letIn(FIRST, FIRST - 1)).isTrue();
    assertThat(granted.get()).isZero();
  }
}
