package dev.warren.sqlfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.OpenFile;
import dev.warren.sqlfs.history.ContentRecorder;
import dev.warren.sqlfs.history.Event;
import dev.warren.sqlfs.history.NameCall;
import dev.warren.sqlfs.history.NameCalls;
import dev.warren.sqlfs.history.NameHistory;
import dev.warren.sqlfs.history.Recorder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of concurrent operations on two hosts, some of which fail because connections are cut.
 *
 * <p>System properties: {@code sqlfs.histories}, the number of histories of each kind; {@code
 * sqlfs.histories.seed}, the seed of the first history (default: random). A seed repeats the
 * operations of a history, but not their order in time.
 */
@Tag("slow")
class PostgresHistoryTest {
  private static final int HISTORIES = Integer.getInteger("sqlfs.histories", 1);
  private static final int GROUPS = 3;
  private static final int CALLS = 60;
  private static final long SECOND = 1_000_000_000;

  /**
   * How many of the recorder's numbers, two for each call, correspond to one second of the hosts'
   * clock.
   */
  private static final int AGE = 200;

  @TempDir @Nullable Path directory;

  /**
   * A history.
   *
   * @param cuts whether connections are cut
   * @param remembering whether hosts cache names and attributes for a second
   */
  record Round(long seed, boolean cuts, boolean remembering) {}

  static Stream<Round> rounds() {
    long first =
        Long.getLong("sqlfs.histories.seed", ThreadLocalRandom.current().nextLong(1L << 40));
    return IntStream.range(0, 4 * HISTORIES)
        .mapToObj(i -> new Round(first + i / 4, i % 2 == 1, i / 2 % 2 == 1));
  }

  private Path directory() {
    return Objects.requireNonNull(directory);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void changesOfNamesHaveOneOrder(Round round) throws Exception {
    Recorder<NameCall> recorder = new Recorder<>();
    NameCalls calls =
        new NameCalls(
            GROUPS, round.remembering() ? NameCall.Lookup.STAT : NameCall.Lookup.STAT_LINKS);
    try (HistoryHosts hosts =
        new HistoryHosts(
            directory(),
            8 << 20,
            round.remembering() ? () -> recorder.last() * SECOND / AGE : TestHost.forgetful())) {
      hosts.run(
          round.seed(),
          CALLS,
          round.cuts(),
          (host, fs, random) -> make(recorder, host, fs, calls.next(random)));
      for (int host = 0; host < HistoryHosts.HOSTS; host++) {
        for (NameCall call : calls.all()) {
          make(recorder, host, hosts.all().get(host), call);
        }
      }
      assertThat(hosts.problems()).isEmpty();
    }
    List<Event<NameCall>> events = recorder.events();
    long unknown = events.stream().filter(event -> event.result() == null).count();
    if (round.cuts()) {
      assertThat(unknown).isBetween(1L, events.size() / 2L);
    } else {
      assertThat(unknown).isZero();
    }
    assertThat(
            round.remembering()
                ? NameHistory.problemIfRemembered(events, AGE)
                : NameHistory.problem(events))
        .isNull();
  }

  private static void make(Recorder<NameCall> recorder, int host, FileSystem fs, NameCall call) {
    recorder.record(host, call, () -> NameCalls.make(fs, call));
  }

  /**
   * The hosts have so little memory that they store parts of contents before these are complete.
   */
  @ParameterizedTest
  @MethodSource("rounds")
  void whoOpensAFileSeesWhatWasClosed(Round round) throws Exception {
    ContentRecorder recorder = new ContentRecorder();
    try (HistoryHosts hosts =
        new HistoryHosts(
            directory(),
            256 << 10,
            round.remembering() ? System::nanoTime : TestHost.forgetful())) {
      List<OpenFile> open = recorder.begin(hosts.all(), new Random(round.seed()));
      hosts.run(round.seed(), CALLS, round.cuts(), recorder::act);
      for (int host = 0; host < HistoryHosts.HOSTS; host++) {
        recorder.readAll(host, hosts.all().get(host));
        open.get(host).close();
      }
      assertThat(hosts.problems()).isEmpty();
    }
    if (!round.cuts()) {
      assertThat(recorder.failed()).isZero();
    }
    assertThat(recorder.problem()).isNull();
  }
}
