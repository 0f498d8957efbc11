package dev.warren.gptfs.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A model of the gate of one endpoint that two hosts share, all of whose interleavings are tried:
 * calls that begin, succeed and fail, results that are published late, rows that are read late, and
 * users who resume on either host. {@link SharedGates} implements this model; see "Many hosts" in
 * docs/gptfs.md.
 */
@Tag("slow")
class GateModelTest {
  private static final int HOSTS = 2;

  /** A third call reveals nothing new, but takes ten times as long. */
  private static final int MOST_CALLS = 2;

  private static final int MOST_RESUMES = 2;

  /** In place of the number of resumes before the call that has closed a gate. */
  private static final int OPEN = -1;

  /** What the last call has shown about the endpoint, if nothing else happened meanwhile. */
  private enum Shown {
    NOTHING,
    SERVES,
    REFUSES
  }

  /**
   * The row.
   *
   * @param cause why it is closed: how many resumes preceded the call that has shown it; or {@link
   *     #OPEN}
   */
  private record Row(int resumes, int cause) {}

  /**
   * A call in flight.
   *
   * @param began how many resumes preceded it
   * @param aware whether its host knew of all of them
   * @param overruled whether the gate was reopened since
   * @param fresh whether the gate has not changed since
   */
  private record Call(int began, boolean aware, boolean overruled, boolean fresh) {
    Call changed() {
      return new Call(began, aware, overruled, false);
    }

    Call reopened() {
      return new Call(began, aware, true, false);
    }
  }

  /**
   * A host.
   *
   * @param cause why its gate is closed, as in the row
   * @param known the row as last read or written
   * @param read the row as just read, and not yet applied
   * @param noticed whether a notice says that the row has changed
   * @param taught whether a call has changed the gate since the row was read
   * @param learnt whether a call has changed the gate, and this is not yet recorded as news
   * @param news whether the gate's state is to be published
   * @param resuming whether a user's resume is stored, and not yet applied here
   */
  private record Host(
      int cause,
      Row known,
      @Nullable Row read,
      @Nullable Call call,
      boolean noticed,
      boolean taught,
      boolean learnt,
      boolean news,
      boolean resuming) {
    boolean isQuiet() {
      return read == null && call == null && !noticed && !learnt && !news && !resuming;
    }

    Host withGate(int newCause) {
      Call changed = call == null ? null : call.changed();
      return new Host(newCause, known, read, changed, noticed, taught, learnt, news, resuming);
    }

    Host withCall(@Nullable Call newCall) {
      return new Host(cause, known, read, newCall, noticed, taught, learnt, news, resuming);
    }

    /** A call of this host has shown whether the endpoint serves. */
    Host shown(int newCause) {
      return new Host(newCause, known, read, null, noticed, true, true, news, resuming);
    }

    Host knowing(Row row) {
      return new Host(cause, row, null, call, noticed, taught, learnt, news, resuming);
    }

    Host withNews(boolean is) {
      return new Host(cause, known, read, call, noticed, taught, learnt, is, resuming);
    }

    Host heard() {
      return new Host(cause, known, null, call, noticed, taught, learnt, news, resuming);
    }

    Host noticing() {
      return new Host(cause, known, read, call, true, taught, learnt, news, resuming);
    }

    Host reopened() {
      Call overruled = call == null ? null : call.reopened();
      return new Host(OPEN, known, read, overruled, noticed, true, learnt, news, resuming);
    }
  }

  /** Everything. */
  private record World(Row row, List<Host> hosts, int calls, Shown shown) {
    World with(int number, Host next) {
      return new World(
          row,
          number == 0 ? List.of(next, hosts.get(1)) : List.of(hosts.get(0), next),
          calls,
          shown);
    }

    World with(Shown next) {
      return new World(row, hosts, calls, next);
    }

    /** Writes the row, and notifies all hosts. */
    World written(Row next) {
      List<Host> noticed = new ArrayList<>();
      hosts.forEach(host -> noticed.add(host.noticing()));
      return new World(next, List.copyOf(noticed), calls, shown);
    }

    boolean isQuiet() {
      return hosts.stream().allMatch(Host::isQuiet);
    }
  }

  private static final Host FIRST =
      new Host(OPEN, new Row(0, OPEN), null, null, false, false, false, false, false);

  private static final World BEGIN =
      new World(new Row(0, OPEN), List.of(FIRST, FIRST), 0, Shown.NOTHING);

  /** Whether a state is refused that was learnt before a resume; the model must see that it is. */
  private boolean counts = true;

  /**
   * Whether a host keeps what it has learnt if it reads the row before this knowledge is published.
   */
  private boolean keeps = true;

  private void steps(World world, Consumer<World> next) {
    for (int i = 0; i < HOSTS; i++) {
      Host host = world.hosts.get(i);
      calls(world, i, host, next);
      publishes(world, i, host, next);
      reads(world, i, host, next);
      resumes(world, i, host, next);
    }
  }

  /** A call through a closed gate is a probe. */
  private static void calls(World world, int i, Host host, Consumer<World> next) {
    Call call = host.call;
    Row row = world.row;
    if (call == null) {
      if (world.calls < MOST_CALLS) {
        boolean aware = host.known.resumes == row.resumes;
        next.accept(
            new World(row, world.hosts, world.calls + 1, world.shown)
                .with(i, host.withCall(new Call(row.resumes, aware, false, true))));
      }
      return;
    }
    Host without = host.withCall(null);
    boolean alone = world.with(i, without).isQuiet();
    boolean counts = call.aware && alone;
    next.accept(
        call.overruled
            ? world.with(i, without)
            : world.with(i, host.shown(call.began)).with(counts ? Shown.REFUSES : Shown.NOTHING));
    next.accept(
        call.fresh
            ? world.with(i, host.shown(OPEN)).with(counts ? Shown.SERVES : Shown.NOTHING)
            : world.with(i, without));
  }

  private void publishes(World world, int i, Host host, Consumer<World> next) {
    if (host.learnt) {
      next.accept(
          world.with(
              i,
              new Host(
                  host.cause,
                  host.known,
                  host.read,
                  host.call,
                  host.noticed,
                  host.taught,
                  false,
                  true,
                  host.resuming)));
    }
    if (host.news && host.read == null) {
      Host without = host.withNews(false);
      if ((host.cause == OPEN) == (host.known.cause == OPEN)) {
        next.accept(world.with(i, without));
      } else if (counts && world.row.resumes != host.known.resumes) {
        next.accept(world.with(i, without.noticing()));
      } else {
        Row row = new Row(world.row.resumes, host.cause);
        next.accept(
            world.with(i, without.knowing(new Row(host.known.resumes, host.cause))).written(row));
      }
    }
  }

  /** The host reads the row, with or without a notice, and perhaps applies it only later. */
  private void reads(World world, int i, Host host, Consumer<World> next) {
    if (host.read == null) {
      next.accept(
          world.with(
              i,
              new Host(
                  host.cause,
                  host.known,
                  world.row,
                  host.call,
                  false,
                  false,
                  host.learnt,
                  host.news,
                  host.resuming)));
    } else {
      next.accept(world.with(i, applied(host, host.read)));
    }
  }

  private Host applied(Host host, Row row) {
    if (counts && row.resumes != host.known.resumes) {
      return host.withNews(false).reopened().withGate(row.cause).knowing(row);
    }
    boolean isOwn =
        keeps
            && (host.cause == OPEN) != (row.cause == OPEN)
            && (host.known.cause == OPEN) == (row.cause == OPEN);
    if (host.news || isOwn) {
      return host.withNews(true).heard().noticing();
    }
    if (host.taught) {
      return host.heard().noticing();
    }
    return row.cause == OPEN && host.cause != OPEN
        ? host.reopened().knowing(row)
        : row.cause == host.cause ? host.knowing(row) : host.withGate(row.cause).knowing(row);
  }

  private static void resumes(World world, int i, Host host, Consumer<World> next) {
    Row row = world.row;
    if (row.resumes < MOST_RESUMES && !host.resuming) {
      Host resuming =
          new Host(
              host.cause,
              host.known,
              host.read,
              host.call,
              host.noticed,
              host.taught,
              host.learnt,
              host.news,
              true);
      next.accept(
          world.with(i, resuming).written(new Row(row.resumes + 1, OPEN)).with(Shown.NOTHING));
    }
    if (host.resuming) {
      Host opened = host.reopened();
      next.accept(
          world
              .with(
                  i,
                  new Host(
                      opened.cause,
                      opened.known,
                      opened.read,
                      opened.call,
                      opened.noticed,
                      opened.taught,
                      opened.learnt,
                      true,
                      false))
              .with(Shown.NOTHING));
    }
  }

  private @Nullable Set<World> explore() {
    return Exploration.of(BEGIN, this::steps, GateModelTest::isRight);
  }

  private static boolean isRight(World world) {
    Row row = world.row;
    boolean isResumed = row.cause == OPEN || row.cause == row.resumes;
    if (!world.isQuiet()) {
      return isResumed;
    }
    boolean isAlike =
        world.hosts.stream()
            .allMatch(host -> host.cause == row.cause && host.known.resumes == row.resumes);
    boolean isKept =
        switch (world.shown) {
          case NOTHING -> true;
          case SERVES -> row.cause == OPEN;
          case REFUSES -> row.cause != OPEN;
        };
    return isResumed && isAlike && isKept;
  }

  @Test
  void nothingFromBeforeAResumeClosesAGateAndNothingThatIsLearntIsForgotten() {
    Set<World> seen = Objects.requireNonNull(explore(), "a world that must not be");
    assertThat(seen).hasSizeGreaterThan(10_000);
    assertThat(seen)
        .anyMatch(
            world -> world.isQuiet() && world.row.equals(new Row(MOST_RESUMES, MOST_RESUMES)));
    assertThat(seen).anyMatch(world -> world.isQuiet() && world.shown == Shown.REFUSES);
    assertThat(seen)
        .anyMatch(
            world -> world.isQuiet() && world.shown == Shown.SERVES && world.calls == MOST_CALLS);
  }

  @Test
  void whereResumesAreNotCountedAnOldCallClosesTheGateAgain() {
    counts = false;
    assertThat(explore()).isNull();
  }

  @Test
  void aHostThatTakesEachRowForNewForgetsWhatItHasLearnt() {
    keeps = false;
    assertThat(explore()).isNull();
  }
}
