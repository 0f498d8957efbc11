package dev.warren.sftp.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.frontend.Source;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingLoginsTest {
  private static final Source FLOOD = Source.of(InetAddress.ofLiteral("192.0.2.1"));
  private static final Source OTHER = Source.of(InetAddress.ofLiteral("192.0.2.2"));

  private final Map<String, Integer> progress = new HashMap<>();
  private final PendingLogins<String> pending =
      new PendingLogins<>(10, new Random(1), c -> progress.getOrDefault(c, 0));

  @Test
  void underTheLimitNoConnectionIsClosed() {
    for (int i = 0; i < 10; i++) {
      assertThat(pending.add("c" + i, FLOOD)).isEmpty();
    }
    assertThat(pending.size()).isEqualTo(10);
  }

  /** However many connections a source opens, another source's earlier and later ones stay. */
  @Test
  void theSourceWithTheMostLosesOne() {
    pending.add("before", OTHER);
    for (int i = 0; i < 1000; i++) {
      pending.add("c" + i, FLOOD).ifPresent(gone -> assertThat(gone).startsWith("c"));
    }
    assertThat(pending.add("after", OTHER)).get().asString().startsWith("c");
    assertThat(pending.size()).isEqualTo(10);
    assertThat(pending.all()).contains("before", "after");
  }

  /** From the same source: silent connections are dropped before those that make progress. */
  @Test
  void silentConnectionsAreClosedFirst() {
    pending.add("log-in", FLOOD);
    progress.put("log-in", 1);
    for (int i = 0; i < 1000; i++) {
      pending.add("c" + i, FLOOD).ifPresent(gone -> assertThat(gone).startsWith("c"));
    }
    assertThat(pending.all()).contains("log-in");
  }

  /** The dropped connection is neither always the oldest nor always the newest. */
  @Test
  void aRandomConnectionIsClosed() {
    List<Integer> ages = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int now = i;
      pending
          .add(Integer.toString(i), FLOOD)
          .ifPresent(gone -> ages.add(now - Integer.parseInt(gone)));
    }
    assertThat(ages).contains(1, 2, 5).doesNotContain(0);
    assertThat(ages.stream().distinct().count()).isGreaterThan(20);
  }

  @Test
  void connectionsThatHaveLoggedInOrEndedAreNotCounted() {
    for (int i = 0; i < 10; i++) {
      pending.add("c" + i, FLOOD);
    }
    pending.remove("c3");
    pending.remove("never there");
    assertThat(pending.add("new", FLOOD)).isEmpty();
    assertThat(pending.add("newer", FLOOD)).isPresent();
  }

  /** A proxy's connections count for its clients. */
  @Test
  void aConnectionCountsForTheSourceItWasMovedTo() {
    for (int i = 0; i < 9; i++) {
      pending.add("flood" + i, OTHER);
      pending.move("flood" + i, FLOOD);
    }
    pending.add("client", OTHER);
    pending.move("never there", OTHER);
    for (int i = 0; i < 100; i++) {
      assertThat(pending.add("more" + i, OTHER)).get().asString().doesNotStartWith("client");
      pending.move("more" + i, FLOOD);
    }
  }

  @Test
  void theOnlyConnectionIsNotClosed() {
    pending.add("alone", FLOOD);
    assertThat(pending.dropFor("alone")).isEmpty();
    assertThat(pending.all()).containsExactly("alone");
  }
}
