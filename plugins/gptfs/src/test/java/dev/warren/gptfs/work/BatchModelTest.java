package dev.warren.gptfs.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A model of a batch of two lines that two hosts share, which tries all interleavings. Either host
 * claims lines, calls the model and stores results, whichever host owns the batch. At any step,
 * hosts are stopped, killed, considered dead or come back, and a user cancels. It continues {@link
 * SharingModelTest}, whose fences are those of the batch here.
 */
class BatchModelTest {
  private static final int HOSTS = 2;
  private static final int LINES = 2;

  /** Higher numbers of each reveal nothing new. */
  private static final int MOST_CLAIMS = 2;

  private static final int MOST_FENCES = 3;

  private enum State {
    ACTIVE,
    ANSWERED,
    ENDED
  }

  /**
   * The row and the result of a line.
   *
   * @param owner -1 for none
   * @param claim the number of the current claim, which counts all claims so far
   * @param unclear whether the line may have been paid for twice
   * @param calls the number of calls that were made
   * @param results the number of results that were accepted
   */
  private record Line(int owner, int claim, boolean unclear, int calls, int results) {}

  /**
   * The row of the batch.
   *
   * @param open whether its lines have rows
   * @param published how many lines the published result had; -1 if none was published
   * @param publications the number of publications
   */
  private record Batch(
      State state, int owner, int fence, boolean open, int published, int publications) {
    Batch with(int newOwner, int newFence) {
      return new Batch(state, newOwner, newFence, open, published, publications);
    }
  }

  /**
   * What a host does for a line.
   *
   * @param claim 0 for none
   * @param called whether the model has responded
   */
  private record Work(int claim, boolean called) {
    static final Work NONE = new Work(0, false);
  }

  /**
   * A host.
   *
   * @param fence the fence with which it believes that it owns the batch; 0 if it does not
   */
  private record Host(boolean alive, boolean stopped, boolean listed, int fence, List<Work> work) {
    static final List<Work> IDLE = List.of(Work.NONE, Work.NONE);

    Host with(int line, Work next) {
      return new Host(alive, stopped, listed, fence, replaced(work, line, next));
    }

    Host owning(int newFence) {
      return new Host(alive, stopped, listed, newFence, work);
    }

    Host stopped(boolean is) {
      return new Host(alive, is, listed, fence, work);
    }

    Host listed(boolean is) {
      return new Host(alive, stopped, is, fence, work);
    }
  }

  private record World(Batch batch, List<Line> lines, List<Host> hosts) {
    World with(Batch next) {
      return new World(next, lines, hosts);
    }

    World line(int number, Line next) {
      return new World(batch, replaced(lines, number, next), hosts);
    }

    World host(int number, Host next) {
      return new World(batch, lines, replaced(hosts, number, next));
    }

    boolean isOwner(int number) {
      return batch.owner == number && batch.fence == hosts.get(number).fence;
    }

    int results() {
      return (int) lines.stream().filter(line -> line.results > 0).count();
    }
  }

  private static <T> List<T> replaced(List<T> list, int at, T next) {
    List<T> copy = new ArrayList<>(list);
    copy.set(at, next);
    return List.copyOf(copy);
  }

  private static final Line FREE = new Line(-1, 0, false, 0, 0);
  private static final Host NEW = new Host(true, false, true, 0, Host.IDLE);
  private static final World BEGIN =
      new World(
          new Batch(State.ACTIVE, 0, 1, true, -1, 0),
          List.of(FREE, FREE),
          List.of(NEW.owning(1), NEW));

  /** Whether a result is accepted only from the host that has claimed the line. */
  private boolean checksClaims = true;

  /** Whether the lines of a host that is considered dead are flagged. */
  private boolean flags = true;

  private void steps(World world, Consumer<World> next) {
    for (int i = 0; i < HOSTS; i++) {
      Host host = world.hosts.get(i);
      if (host.alive && !host.stopped) {
        for (int line = 0; line < LINES; line++) {
          line(world, i, line, next);
        }
        own(world, i, next);
        next.accept(world.host(i, host.stopped(true)));
        next.accept(world.host(i, new Host(false, false, host.listed, 0, Host.IDLE)));
        if (!host.listed) {
          next.accept(world.host(i, host.listed(true)));
        }
      } else {
        if (host.alive) {
          next.accept(world.host(i, host.stopped(false)));
        } else if (!host.listed) {
          next.accept(world.host(i, NEW));
        }
        if (host.listed) {
          next.accept(reap(world, i));
        }
      }
    }
  }

  /** The other hosts have not heard from it for longer than its lease. */
  private World reap(World world, int number) {
    Batch batch = world.batch;
    if (batch.owner == number && batch.fence >= MOST_FENCES) {
      return world;
    }
    World reaped = world.host(number, world.hosts.get(number).listed(false));
    if (batch.owner == number) {
      reaped = reaped.with(batch.with(-1, batch.fence + 1));
    }
    for (int i = 0; i < LINES; i++) {
      Line line = world.lines.get(i);
      if (batch.open && line.owner == number) {
        reaped =
            reaped.line(
                i, new Line(-1, line.claim, line.unclear || flags, line.calls, line.results));
      }
    }
    return reaped;
  }

  /** A host claims a line, calls the model and stores the result. */
  private void line(World world, int number, int index, Consumer<World> next) {
    Host host = world.hosts.get(number);
    Line line = world.lines.get(index);
    Work work = host.work.get(index);
    if (work.claim == 0) {
      if (world.batch.open
          && world.batch.state == State.ACTIVE
          && host.listed
          && line.owner < 0
          && line.results == 0
          && line.claim < MOST_CLAIMS) {
        int claim = line.claim + 1;
        next.accept(
            world
                .line(index, new Line(number, claim, line.unclear, line.calls, 0))
                .host(number, host.with(index, new Work(claim, false))));
      }
    } else if (!work.called) {
      next.accept(
          world
              .line(
                  index,
                  new Line(line.owner, line.claim, line.unclear, line.calls + 1, line.results))
              .host(number, host.with(index, new Work(work.claim, true))));
    } else {
      boolean isTaken =
          world.batch.open && (!checksClaims || (line.owner == number && line.claim == work.claim));
      World done = world.host(number, host.with(index, Work.NONE));
      next.accept(
          isTaken
              ? done.line(
                  index, new Line(-1, line.claim, line.unclear, line.calls, line.results + 1))
              : done);
    }
  }

  /**
   * A host takes over the batch, ends it when all lines have a result, or cancels it for a user.
   */
  private void own(World world, int number, Consumer<World> next) {
    Batch batch = world.batch;
    Host host = world.hosts.get(number);
    if (batch.state == State.ENDED) {
      return;
    }
    if (batch.owner < 0 && host.listed && batch.fence < MOST_FENCES) {
      next.accept(
          world
              .with(batch.with(number, batch.fence + 1))
              .host(number, host.owning(batch.fence + 1)));
    }
    if (batch.state == State.ACTIVE && batch.fence < MOST_FENCES) {
      // First the rows of the lines are deleted, then the results so far are published.
      next.accept(
          world
              .with(new Batch(State.ENDED, -1, batch.fence + 1, false, world.results(), 1))
              .host(number, host.owning(0)));
    }
    if (host.fence == 0) {
      return;
    }
    if (!world.isOwner(number)) {
      next.accept(world.host(number, host.owning(0)));
    } else if (batch.state == State.ACTIVE && world.results() == LINES) {
      next.accept(world.with(new Batch(State.ANSWERED, number, batch.fence, true, -1, 0)));
    } else if (batch.state == State.ANSWERED) {
      next.accept(
          world
              .with(
                  new Batch(
                      State.ENDED, -1, batch.fence, false, world.results(), batch.publications + 1))
              .host(number, host.owning(0)));
    }
  }

  private @Nullable Set<World> explore() {
    return Exploration.of(BEGIN, this::steps, BatchModelTest::isRight);
  }

  private static boolean isRight(World world) {
    boolean isOnce = world.lines.stream().allMatch(line -> line.results <= 1);
    boolean isHonest =
        world.lines.stream().allMatch(line -> !world.batch.open || line.calls <= 1 || line.unclear);
    boolean isWhole = world.batch.state != State.ANSWERED || world.results() == LINES;
    // The publication contained all results so far: no more results are accepted.
    boolean isFinal = world.batch.state != State.ENDED || world.batch.published == world.results();
    return isOnce && isHonest && isWhole && isFinal && world.batch.publications <= 1;
  }

  @Test
  void eachLineHasOneResultAndIsSentTwiceOnlyIfFlagged() {
    Set<World> seen = Objects.requireNonNull(explore(), "a world that must not be");
    assertThat(seen).hasSizeGreaterThan(10_000);
    assertThat(seen)
        .anyMatch(
            world ->
                world.batch.published == LINES
                    && world.batch.fence > 1
                    && world.lines.stream().allMatch(line -> line.calls == 2));
    assertThat(seen).anyMatch(world -> world.batch.published == 1);
  }

  @Test
  void aResultWithoutACurrentClaimWouldBeADuplicate() {
    checksClaims = false;
    assertThat(explore()).isNull();
  }

  @Test
  void unflaggedLinesOfADeadHostWouldBeSentTwiceUnnoticed() {
    flags = false;
    assertThat(explore()).isNull();
  }
}
