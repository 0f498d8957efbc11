package dev.warren.gptfs.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A model of one job and two hosts that share it, which tries all interleavings of claim, start,
 * answer, store, publish and end, with hosts that are stopped, killed, considered dead or come
 * back, and a user who rewrites the file on either host. {@link Sharing} and the store implement
 * this model; see "Many hosts" in docs/gptfs.md.
 */
class SharingModelTest {
  private static final int HOSTS = 2;

  /** Higher numbers of each reveal nothing new. */
  private static final int MOST_FENCES = 7;

  private static final int MOST_REVISIONS = 2;

  /** The state of the job in its row. */
  private enum State {
    QUEUED,
    ACTIVE,
    ANSWERED,
    COMPLETED
  }

  /** The next step of a host for the job. */
  private enum Step {
    NOTHING,
    START,
    CALL,
    KEEP,
    PUBLISH,
    END
  }

  /**
   * The row.
   *
   * @param owner -1 for none
   * @param flagged whether the status says that the prompt may have been sent twice
   * @param calls the number of calls for this revision
   */
  private record Row(State state, int owner, int fence, int revision, boolean flagged, int calls) {}

  /**
   * A host.
   *
   * @param alive whether its process exists
   * @param stopped whether it is suspended
   * @param listed whether the others consider it alive
   * @param fence the fence with which it writes
   * @param revision the revision that it works on
   */
  private record Host(
      boolean alive, boolean stopped, boolean listed, Step step, int fence, int revision) {
    Host with(Step next, int newFence, int newRevision) {
      return new Host(alive, stopped, listed, next, newFence, newRevision);
    }

    Host with(Step next) {
      return with(next, fence, revision);
    }

    boolean acts() {
      return alive && !stopped;
    }
  }

  /**
   * The whole world.
   *
   * @param published the revision whose answer is in the outbox; 0 for none
   */
  private record World(Row row, List<Host> hosts, int published) {
    World with(Row next) {
      return new World(next, hosts, published);
    }

    World with(int number, Host next) {
      return new World(
          row, number == 0 ? List.of(next, hosts.get(1)) : List.of(hosts.get(0), next), published);
    }

    boolean isOwner(int number) {
      return row.owner == number && row.fence == hosts.get(number).fence;
    }
  }

  private static final World BEGIN =
      new World(
          new Row(State.QUEUED, -1, 0, 1, false, 0),
          List.of(
              new Host(true, false, true, Step.NOTHING, 0, 0),
              new Host(true, false, true, Step.NOTHING, 0, 0)),
          0);

  /**
   * Whether a host checks the fence before it publishes; without that, the model must find the
   * error.
   */
  private boolean looksAgain = true;

  private void steps(World world, Consumer<World> next) {
    for (int i = 0; i < HOSTS; i++) {
      Host host = world.hosts.get(i);
      if (host.acts()) {
        work(world, i, host, next);
        if (world.row.revision < MOST_REVISIONS && world.row.fence < MOST_FENCES) {
          next.accept(rewrite(world, i, host));
        }
        next.accept(
            world.with(i, new Host(true, true, host.listed, host.step, host.fence, host.revision)));
        next.accept(world.with(i, new Host(false, false, host.listed, Step.NOTHING, 0, 0)));
      } else {
        Host back =
            host.alive
                ? new Host(true, false, host.listed, host.step, host.fence, host.revision)
                : new Host(true, false, true, Step.NOTHING, 0, 0);
        if (host.alive || !host.listed) {
          next.accept(
              world.with(i, back)); // a process that is killed comes back as a different host
        }
        if (host.listed) {
          next.accept(reap(world, i, host));
        }
      }
      if (host.acts() && !host.listed) {
        next.accept(
            world.with(i, new Host(true, false, true, host.step, host.fence, host.revision)));
      }
    }
  }

  /** The other hosts have not heard from it for longer than its lease. */
  private static World reap(World world, int number, Host host) {
    World reaped =
        world.with(
            number,
            new Host(host.alive, host.stopped, false, host.step, host.fence, host.revision));
    Row row = world.row;
    return row.owner == number && row.fence < MOST_FENCES
        ? reaped.with(new Row(row.state, -1, row.fence + 1, row.revision, row.flagged, row.calls))
        : row.owner == number ? world : reaped;
  }

  /** A user rewrites the file on a host, which takes over the job. */
  private static World rewrite(World world, int number, Host host) {
    int revision = world.row.revision + 1;
    int fence = world.row.fence + 1;
    return new World(new Row(State.QUEUED, number, fence, revision, false, 0), world.hosts, 0)
        .with(number, host.with(Step.START, fence, revision));
  }

  private void work(World world, int number, Host host, Consumer<World> next) {
    Row row = world.row;
    World lost = world.with(number, host.with(Step.NOTHING, 0, 0));
    switch (host.step) {
      case NOTHING -> claim(world, number, host, next);
      case START ->
          next.accept(
              world.isOwner(number)
                  ? world
                      .with(
                          new Row(
                              State.ACTIVE,
                              number,
                              row.fence,
                              row.revision,
                              row.flagged,
                              row.calls + 1))
                      .with(number, host.with(Step.CALL))
                  : lost);
      case CALL -> next.accept(world.with(number, host.with(Step.KEEP)));
      case KEEP ->
          next.accept(
              world.isOwner(number)
                  ? world
                      .with(
                          new Row(
                              State.ANSWERED,
                              number,
                              row.fence,
                              row.revision,
                              row.flagged,
                              row.calls))
                      .with(number, host.with(Step.PUBLISH))
                  : lost);
      case PUBLISH ->
          next.accept(
              !looksAgain || world.isOwner(number)
                  ? new World(row, world.hosts, host.revision).with(number, host.with(Step.END))
                  : lost);
      case END ->
          next.accept(
              world.isOwner(number)
                  ? world
                      .with(
                          new Row(
                              State.COMPLETED, -1, row.fence, row.revision, row.flagged, row.calls))
                      .with(number, host.with(Step.NOTHING, 0, 0))
                  : lost);
    }
  }

  private static void claim(World world, int number, Host host, Consumer<World> next) {
    Row row = world.row;
    if (!host.listed
        || row.owner >= 0
        || row.state == State.COMPLETED
        || row.fence >= MOST_FENCES) {
      return;
    }
    int fence = row.fence + 1;
    boolean flagged = row.flagged || row.state == State.ACTIVE;
    State state = row.state == State.ANSWERED ? State.ANSWERED : State.QUEUED;
    next.accept(
        world
            .with(new Row(state, number, fence, row.revision, flagged, row.calls))
            .with(
                number,
                host.with(
                    state == State.ANSWERED ? Step.PUBLISH : Step.START, fence, row.revision)));
  }

  private @Nullable Set<World> explore() {
    return Exploration.of(BEGIN, this::steps, SharingModelTest::isRight);
  }

  private static boolean isRight(World world) {
    Row row = world.row;
    boolean isPresent = world.published == 0 || world.published == row.revision;
    boolean isShown = row.state != State.COMPLETED || world.published == row.revision;
    boolean isHonest = row.calls <= 1 || row.flagged;
    return isPresent && isShown && isHonest;
  }

  @Test
  void noOldAnswerIsPublishedAndNoUnflaggedPromptIsSentTwice() {
    Set<World> seen = Objects.requireNonNull(explore(), "a world that must not be");
    assertThat(seen).hasSizeGreaterThan(10_000);
    assertThat(seen)
        .anyMatch(world -> world.row.state == State.COMPLETED && world.row.revision == 2);
    assertThat(seen).anyMatch(world -> world.row.flagged && world.row.calls == 2);
  }

  @Test
  void withoutASecondCheckAHostWouldPublishAnOldAnswer() {
    looksAgain = false;
    assertThat(explore()).isNull();
  }
}
