package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.frontend.Source;
import dev.warren.frontend.Source.Kind;
import dev.warren.ninep.server.UnattachedConnections.Stranger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which connection is closed among those that have not attached. */
class UnattachedConnectionsTest {
  private static final int MOST = 64;
  private static final Source ATTACKER = Source.local(Kind.LOOPBACK, OptionalInt.of(1001));
  private static final Source OTHER = Source.local(Kind.LOOPBACK, OptionalInt.of(1002));

  private final UnattachedConnections unattached =
      new UnattachedConnections(MOST, new SplittableRandom(7));
  private final List<String> ended = new ArrayList<>();

  private Stranger enter(Source source, String name) {
    return unattached.enter(source, () -> ended.add(name));
  }

  private void attack(int connections) {
    for (int i = 0; i < connections; i++) {
      enter(ATTACKER, "attacker");
    }
  }

  @Test
  void onlyTheSourceWithTheMostLosesOne() {
    enter(OTHER, "other");
    attack(10_000);
    enter(OTHER, "other");
    assertThat(unattached.count()).isLessThanOrEqualTo(MOST);
    assertThat(ended).hasSizeGreaterThan(9000).containsOnly("attacker");
  }

  @Test
  void underTheLimitNoConnectionIsEnded() {
    attack(MOST / 2);
    enter(OTHER, "other");
    assertThat(ended).isEmpty();
  }

  /**
   * If the oldest connection were closed, a fast attacker would close all others before they
   * attach.
   */
  @Test
  void aRandomOneOfASourceIsEnded() {
    List<Integer> survivors = new ArrayList<>();
    for (int i = 0; i < 10 * MOST; i++) {
      int number = i;
      survivors.add(number); // first, since it may be closed itself
      unattached.enter(ATTACKER, () -> survivors.removeIf(other -> other == number));
    }
    assertThat(Collections.min(survivors)).isLessThan(9 * MOST);
  }

  /** Before the limit is reached, so that the next connection is accepted. */
  @Test
  void someAreEndedEarly() {
    attack(MOST);
    assertThat(ended.size()).isBetween(1, MOST / 2);
    assertThat(unattached.count()).isEqualTo(MOST - ended.size());
  }

  @Test
  void sourcesWithOneConnectionEachAreEndedOnlyOverTheLimit() {
    for (int uid = 0; uid < MOST; uid++) {
      enter(Source.local(Kind.LOOPBACK, OptionalInt.of(uid)), "one of many");
    }
    assertThat(ended).isEmpty();
    enter(OTHER, "one of many");
    assertThat(ended).hasSize(1);
    assertThat(unattached.count()).isEqualTo(MOST);
  }

  @Test
  void placesCanBeUsedAgain() {
    List<Stranger> all = new ArrayList<>();
    for (int i = 0; i < MOST / 2; i++) {
      all.add(enter(ATTACKER, "attacker"));
    }
    all.forEach(Stranger::leave);
    all.forEach(Stranger::leave);
    assertThat(unattached.count()).isZero();
    attack(MOST / 2);
    assertThat(ended).isEmpty();
  }
}
