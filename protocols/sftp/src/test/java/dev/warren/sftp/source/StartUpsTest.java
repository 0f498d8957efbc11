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

class StartUpsTest {
  private static final Source FLOOD = Source.of(InetAddress.ofLiteral("192.0.2.1"));
  private static final Source OTHER = Source.of(InetAddress.ofLiteral("192.0.2.2"));

  private final Map<String, Integer> progress = new HashMap<>();
  private final StartUps<String> startUps =
      new StartUps<>(10, new Random(1), c -> progress.getOrDefault(c, 0));

  @Test
  void underTheLimitNoConnectionIsClosed() {
    for (int i = 0; i < 10; i++) {
      assertThat(startUps.add("c" + i, FLOOD)).isEmpty();
    }
    assertThat(startUps.size()).isEqualTo(10);
  }

  /** However many connections a source opens, another source's earlier and later ones stay. */
  @Test
  void theSourceWithTheMostLosesOne() {
    startUps.add("before", OTHER);
    for (int i = 0; i < 1000; i++) {
      startUps.add("c" + i, FLOOD).ifPresent(gone -> assertThat(gone).startsWith("c"));
    }
    assertThat(startUps.add("after", OTHER)).get().asString().startsWith("c");
    assertThat(startUps.size()).isEqualTo(10);
    assertThat(startUps.all()).contains("before", "after");
  }

  /** From the same source: silent connections are dropped before those that make progress. */
  @Test
  void silentConnectionsAreClosedFirst() {
    startUps.add("log-in", FLOOD);
    progress.put("log-in", 1);
    for (int i = 0; i < 1000; i++) {
      startUps.add("c" + i, FLOOD).ifPresent(gone -> assertThat(gone).startsWith("c"));
    }
    assertThat(startUps.all()).contains("log-in");
  }

  /** Neither always the oldest nor always the newest. */
  @Test
  void aRandomConnectionIsClosed() {
    List<Integer> ages = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int now = i;
      startUps
          .add(Integer.toString(i), FLOOD)
          .ifPresent(gone -> ages.add(now - Integer.parseInt(gone)));
    }
    assertThat(ages).contains(1, 2, 5).doesNotContain(0);
    assertThat(ages.stream().distinct().count()).isGreaterThan(20);
  }

  @Test
  void connectionsThatHaveLoggedInOrEndedAreNotCounted() {
    for (int i = 0; i < 10; i++) {
      startUps.add("c" + i, FLOOD);
    }
    startUps.remove("c3");
    startUps.remove("never there");
    assertThat(startUps.add("new", FLOOD)).isEmpty();
    assertThat(startUps.add("newer", FLOOD)).isPresent();
  }

  /** A proxy's connections count for its clients. */
  @Test
  void aConnectionCountsForTheSourceItWasMovedTo() {
    for (int i = 0; i < 9; i++) {
      startUps.add("flood" + i, OTHER);
      startUps.move("flood" + i, FLOOD);
    }
    startUps.add("client", OTHER);
    startUps.move("never there", OTHER);
    for (int i = 0; i < 100; i++) {
      assertThat(startUps.add("more" + i, OTHER)).get().asString().doesNotStartWith("client");
      startUps.move("more" + i, FLOOD);
    }
  }

  @Test
  void theOnlyConnectionIsNotClosed() {
    startUps.add("alone", FLOOD);
    assertThat(startUps.dropFor("alone")).isEmpty();
    assertThat(startUps.all()).containsExactly("alone");
  }
}
