package dev.warren.gptfs.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which calls the gate of an endpoint admits, and when. */
class GateTest {
  private static final Duration PROBE = Duration.ofMinutes(5);
  private static final Instant START = Instant.EPOCH;

  private final Gate gate = new Gate(3, PROBE);

  private Gate.Pass enter(Instant now) {
    return Objects.requireNonNull(gate.tryEnter(now), "let through");
  }

  private void hold() {
    Gate.Pass pass = enter(START);
    pass.hold("no money", START, null);
    pass.leave();
  }

  @Test
  void anOpenGateAdmitsAsManyCallsAsThereAreWorkers() {
    for (int i = 0; i < 3; i++) {
      enter(START);
    }
    assertThat(gate.tryEnter(START)).isNull();
    assertThat(gate.running()).isEqualTo(3);
  }

  @Test
  void aHeldGateLetsOneProbeThroughAtATime() {
    hold();
    assertThat(gate.heldBecause()).isEqualTo("no money");
    assertThat(gate.tryEnter(START.plus(PROBE).minusMillis(1))).isNull();
    assertThat(gate.closedUntil(START)).isEqualTo(START.plus(PROBE));
    Gate.Pass probe = enter(START.plus(PROBE));
    assertThat(gate.tryEnter(START.plus(PROBE))).as("while the first runs").isNull();
    assertThat(gate.tryEnter(START.plus(PROBE.multipliedBy(10)))).isNull();
    assertThat(gate.running()).isEqualTo(1);
    probe.hold("still none", START.plus(PROBE), null);
    probe.leave();
    assertThat(gate.tryEnter(START.plus(PROBE))).as("until the next interval").isNull();
    Gate.Pass second = enter(START.plus(PROBE.multipliedBy(2)));
    assertThat(gate.tryEnter(START.plus(PROBE.multipliedBy(2)))).isNull();
    second.succeeded();
    second.leave();
    assertThat(gate.heldBecause()).isNull();
    assertThat(gate.closedUntil(START.plus(PROBE.multipliedBy(2)))).isNull();
  }

  @Test
  void aCallThatRunsWhenTheGateIsHeldKeepsTheProbeOut() {
    Gate.Pass slow = enter(START);
    hold();
    assertThat(gate.tryEnter(START.plus(PROBE))).isNull();
    slow.leave();
    enter(START.plus(PROBE));
  }

  @Test
  void anEndpointThatAsksForALongerPauseGetsIt() {
    Gate.Pass pass = enter(START);
    pass.hold("tomorrow", START, Duration.ofDays(1));
    pass.leave();
    assertThat(gate.tryEnter(START.plus(Duration.ofDays(1)).minusMillis(1))).isNull();
    enter(START.plus(Duration.ofDays(1)));
  }

  @Test
  void afterAPauseCallsResumeOneByOne() {
    Gate.Pass pass = enter(START);
    pass.pause(START.plusSeconds(10));
    pass.leave();
    assertThat(gate.isPaused(START)).isTrue();
    assertThat(gate.tryEnter(START.plusSeconds(9))).isNull();
    Gate.Pass first = enter(START.plusSeconds(10));
    assertThat(gate.isPaused(START.plusSeconds(10))).isFalse();
    assertThat(gate.tryEnter(START.plusSeconds(10))).as("one at first").isNull();
    first.succeeded();
    first.leave();
    enter(START.plusSeconds(10));
    enter(START.plusSeconds(10));
    assertThat(gate.tryEnter(START.plusSeconds(10))).as("then two").isNull();
  }

  @Test
  void anExhaustedRateLimitIsNotAFailure() {
    Gate.Pass pass = enter(START);
    pass.rest(START.plusSeconds(10));
    pass.leave();
    assertThat(gate.tryEnter(START.plusSeconds(9))).isNull();
    for (int i = 0; i < 3; i++) {
      enter(START.plusSeconds(10));
    }
  }

  @Test
  void openingTheGateOverridesInFlightCalls() {
    Gate.Pass before = enter(START);
    hold();
    gate.reopen();
    assertThat(before.isOverruled()).isTrue();
    before.hold("old news", START, null);
    before.pause(START.plusSeconds(10));
    before.rest(START.plusSeconds(10));
    assertThat(gate.heldBecause()).isNull();
    assertThat(gate.closedUntil(START)).isNull();
    enter(START);
    enter(START);
    assertThat(gate.tryEnter(START))
        .as("together with the first call, three are in flight")
        .isNull();
  }

  @Test
  void aProbeThatIsThrottledLeavesTheNextOneForLater() {
    hold();
    Gate.Pass probe = enter(START.plus(PROBE));
    probe.pause(START.plus(PROBE).plusSeconds(30));
    probe.leave();
    assertThat(gate.tryEnter(START.plus(PROBE).plusSeconds(29))).isNull();
    assertThat(gate.tryEnter(START.plus(PROBE).plusSeconds(30))).isNotNull();
  }

  @Test
  void whatAnotherHostFoundAppliesHere() {
    assertThat(gate.observe().heldElsewhere("no money", START.plus(PROBE), 4)).isTrue();
    assertThat(gate.heldBecause()).isEqualTo("no money");
    assertThat(gate.tryEnter(START)).isNull();
    assertThat(gate.observe().heldElsewhere("none", START.plusSeconds(1), 5)).isTrue();
    assertThat(gate.closedUntil(START)).as("earlier").isEqualTo(START.plusSeconds(1));
    Gate.Pass probe = enter(START.plusSeconds(1));
    assertThat(gate.observe().heldElsewhere("none", START.plus(PROBE), 5)).isTrue();
    assertThat(probe.outage()).as("in a row, over all hosts").isEqualTo(6);
    probe.succeeded();
    assertThat(gate.heldBecause())
        .as("only the other host has reported something since the call began")
        .isNull();
  }

  @Test
  void theResultOfACallOverridesWhatAnotherHostFoundBefore() {
    hold();
    Gate.Pass probe = enter(START.plus(PROBE));
    Gate.Pass before = gate.observe();
    probe.succeeded();
    assertThat(before.heldElsewhere("no money", START.plus(PROBE), 1)).isFalse();
    assertThat(gate.heldBecause()).isNull();
    Gate.Pass open = gate.observe();
    probe.pause(START.plus(PROBE).plusSeconds(1));
    assertThat(open.openElsewhere()).isFalse();
    assertThat(gate.isPaused(START.plus(PROBE))).isTrue();
    assertThat(gate.observe().openElsewhere()).isTrue();
    assertThat(gate.isPaused(START.plus(PROBE))).isFalse();
  }
}
