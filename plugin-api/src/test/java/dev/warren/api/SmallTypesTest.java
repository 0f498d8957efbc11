package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records and enumerations with few rules of their own. */
class SmallTypesTest {
  @ParameterizedTest
  @EnumSource
  void theModeContainsTheType(FileType type) throws FsException {
    assertThat(FileType.ofMode(type.modeBits() | 07777)).isEqualTo(type);
    assertThat(type.modeBits() & ~FileType.MASK).isZero();
    assertThat(type.directoryType()).isEqualTo(type.modeBits() / 4096);
  }

  @Test
  void aModeWithoutATypeIsARegularFile() throws FsException {
    assertThat(FileType.ofMode(0644)).isEqualTo(FileType.REGULAR);
    assertThatThrownBy(() -> FileType.ofMode(0170644))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }

  @Test
  void openOptionsCanBeCombined() {
    OpenOptions all = OpenOptions.READ_WRITE.withAppend().withExclusive().withTruncate().withSync();
    assertThat(all).isEqualTo(new OpenOptions(true, true, true, true, true, true, true));
    assertThat(all).hasToString("read|write|append|create|exclusive|truncate|sync");
    assertThat(OpenOptions.REPLACE).hasToString("write|create|truncate");
    assertThat(OpenOptions.READ.withCreate().create()).isTrue();
    assertThat(OpenOptions.READ.withCreate().exclusive()).isFalse();
  }

  @Test
  void contradictoryOpenOptionsAreRefused() {
    assertThatThrownBy(() -> new OpenOptions(false, false, false, true, false, false, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(OpenOptions.READ::withAppend).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(OpenOptions.READ::withTruncate).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void changesCanBeCombined() {
    TimeChange access = TimeChange.to(Instant.ofEpochSecond(-1, 5));
    AttributeChanges changes =
        AttributeChanges.NONE
            .withPermissions(0107644)
            .withOwner(1, null)
            .withSize(9)
            .withTimes(access, TimeChange.NOW);
    assertThat(changes).isEqualTo(new AttributeChanges(07644, 1, null, 9L, access, TimeChange.NOW));
    assertThat(changes.isEmpty()).isFalse();
    assertThat(AttributeChanges.NONE.isEmpty()).isTrue();
    assertThat(AttributeChanges.NONE.withOwner(null, null).isEmpty()).isTrue();
    assertThat(AttributeChanges.NONE.withSize(0).isEmpty()).isFalse();
  }

  @Test
  void timesHaveNanoseconds() {
    assertThat(TimeChange.to(3, 999_999_999)).isEqualTo(new TimeChange(false, 3, 999_999_999));
    assertThatThrownBy(() -> TimeChange.to(0, 1_000_000_000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TimeChange.to(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCallerMayActWithAnotherGroup() {
    List<Integer> groups = new ArrayList<>(List.of(7));
    Caller caller = new Caller("ann", 1000, 100, groups, "9p", "127.0.0.1:1");
    groups.add(8);
    assertThat(caller.groups()).containsExactly(7);
    assertThat(caller.withGid(100)).isSameAs(caller);
    assertThat(caller.withGid(7))
        .isEqualTo(new Caller("ann", 1000, 7, List.of(7, 100), "9p", "127.0.0.1:1"));
    assertThat(caller.withGid(7).withGid(100).groups()).containsExactly(7, 100);
    assertThat(Caller.HOST.remoteAddress()).isNull();
  }

  @Test
  void onlyATrustedPeerCanNameItsGroup() {
    Caller remote = new Caller("ann", 1000, 100, List.of(7), "9p", "192.0.2.1:1");
    assertThat(remote.trusted()).isFalse();
    assertThat(remote.withGid(42)).isSameAs(remote);
    assertThat(remote.withGid(-1)).isSameAs(remote);
    Caller local = new Caller("ann", 1000, 100, List.of(7), "9p", "127.0.0.1:1", true);
    assertThat(local.withGid(42))
        .isEqualTo(new Caller("ann", 1000, 42, List.of(7, 100), "9p", "127.0.0.1:1", true));
    assertThat(Caller.HOST.trusted()).isTrue();
    assertThat(Caller.HOST.withGid(5).groups()).isEmpty();
  }

  @Test
  void metricsThatCountNothing() {
    Metrics.NONE.counter("x_total", "a", "b").increment();
    Metrics.NONE.timer("x_seconds").record(java.time.Duration.ofSeconds(1));
    Metrics.NONE.gauge("x", () -> 1);
    List<Double> amounts = new ArrayList<>();
    Metrics.Counter counter = amounts::add;
    counter.increment();
    assertThat(amounts).containsExactly(1.0);
  }
}
