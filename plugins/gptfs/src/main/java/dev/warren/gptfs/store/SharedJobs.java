package dev.warren.gptfs.store;

import static dev.warren.gptfs.store.JobStore.Promise.PROCESS;

import dev.warren.api.FsException;
import dev.warren.api.SharingHost;
import dev.warren.api.database.Database;
import dev.warren.gptfs.store.JobStore.Owner;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Coordinates the hosts that share a store. Each job has at most one owner, and a host that does
 * not renew its lease in time loses all jobs that it owns. Times are by the database's clock.
 * Methods may block, except the getters. Thread-safe.
 */
public final class SharedJobs {
  /** The notice that there may be a free job or line. */
  public static final String WORK = "work";

  /** The notice that a job has ended, or its owner or lines have changed; its id follows. */
  public static final String JOB = "job ";

  /** The notice that a setting or the state of a gate has changed. */
  public static final String SETTINGS = "settings";

  /** The notice that a line of a batch has a result or lost its host; the batch's id follows. */
  public static final String LINES = "lines ";

  /** The notice that a call has left the {@linkplain SharedCalls queue}. */
  public static final String CALLS = "calls";

  private final Writer writer;
  private final Rows rows;
  private final SharedLines lines;
  private final SharedCalls calls;
  private final Member member;

  /**
   * A job that this host owns now.
   *
   * @param description the description of the job
   * @param fence the fence of its row
   * @param lane the lane of its file
   * @param told false if the job has ended and the outbox does not show that yet
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Taken(byte[] description, long fence, String lane, boolean told) {}

  /**
   * A host that shares the store; times in milliseconds since 1970.
   *
   * @param id different after each start
   * @param since when it joined
   * @param seenAt when it last renewed its lease
   * @param running the number of its in-flight calls
   */
  public record Host(
      String id, String name, String version, long since, long seenAt, long running) {
    /** The host as administrators see it. */
    public SharingHost shown() {
      return new SharingHost(
          name, version, Instant.ofEpochMilli(since), Instant.ofEpochMilli(seenAt), running);
    }
  }

  SharedJobs(Writer writer, Rows rows, Member member) {
    this.writer = writer;
    this.rows = rows;
    this.member = member;
    this.lines = new SharedLines(writer, rows, member.id());
    this.calls = new SharedCalls(member);
  }

  /** The queue of calls. */
  public SharedCalls calls() {
    return calls;
  }

  /** The lines of batches. */
  public SharedLines lines() {
    return lines;
  }

  /** This host. */
  public Member member() {
    return member;
  }

  /** Subscribes to the notices of all hosts, this one included; they are listed above. */
  public Database.Subscription subscribe(Database.Listener listener) {
    return member.database().subscribe(Member.CHANNEL, listener);
  }

  /** Statements with a result. */
  @FunctionalInterface
  private interface Asking<T extends @Nullable Object> {
    T ask(SharedRows shared) throws SQLException;
  }

  /** Executes statements after everything that was saved before. */
  private <T extends @Nullable Object> T ask(Asking<T> asking) throws FsException {
    AtomicReference<T> result = new AtomicReference<>();
    writer.write(
        new Change(
            PROCESS, JobStore.SOLE, statements -> result.set(asking.ask(statements.shared()))));
    return result.get();
  }

  /**
   * Makes this host the owner of a job, even if another host owns it.
   *
   * @return null if the job is deleted, or its row is damaged
   */
  public @Nullable Taken take(String id, Owner owner) throws FsException {
    owner.writing(false);
    try {
      return ask(shared -> shared.take(id));
    } finally {
      owner.written();
    }
  }

  /**
   * Makes this host the owner of free jobs, one of each lane in turn.
   *
   * @param most the maximum number of jobs
   * @param after the lane that had the last turn; empty if there is none
   */
  public List<Taken> claim(int most, String after) throws FsException {
    return ask(shared -> shared.claim(most, after));
  }

  /**
   * Renews this host's lease.
   *
   * @param running the number of its in-flight calls
   * @return the time by the database's clock
   */
  public Instant beat(int running) throws FsException {
    return Instant.ofEpochMilli(ask(shared -> shared.beat(running)));
  }

  /**
   * Why this program must no longer use the tables: a newer one has changed them since they were
   * opened, and its script does not allow older programs to use them. Null if there is no reason.
   */
  public @Nullable String newer() throws FsException {
    return rows.newer(DatabaseStore.VERSIONS);
  }

  /**
   * Frees the jobs of hosts that have not renewed their lease for 4/3 of its length.
   *
   * @return the ids of these hosts
   */
  public List<String> reap() throws FsException {
    return rows.hasDead(member.id(), SharedRows.GRACE) ? ask(SharedRows::reap) : List.of();
  }

  /**
   * Frees the jobs that this host owns according to the database, but does not know, as after a
   * commit in doubt.
   *
   * @param known returns the ids of the jobs that this host owns; called by any thread
   */
  public void disown(Supplier<Set<String>> known) throws FsException {
    Set<String> owned = rows.owned(member.id());
    if (known.get().containsAll(owned)) {
      return; // usually nothing is found, and this costs one statement instead of a transaction
    }
    ask(
        shared -> {
          shared.disown(known.get());
          return true;
        });
  }

  /** Removes this host, which is shutting down, and frees its jobs. */
  public void leave() throws FsException {
    ask(
        shared -> {
          shared.leave();
          return true;
        });
  }

  /** Changes a setting of all hosts. */
  public void set(String name, String value) throws FsException {
    ask(
        shared -> {
          shared.set(name, value);
          return true;
        });
  }

  /**
   * Opens all gates for all hosts. Results of calls that began before have no effect any more.
   *
   * @param off the names of settings that become false in the same transaction
   */
  public void resume(List<String> off) throws FsException {
    ask(
        shared -> {
          shared.openGates();
          for (String name : off) {
            shared.set(name, "false");
          }
          return true;
        });
  }

  /** Creates the gates of endpoints that have none yet; must precede {@link #announce}. */
  public void createGates(Collection<String> endpoints) throws FsException {
    ask(
        shared -> {
          shared.createGates(endpoints);
          return true;
        });
  }

  /**
   * The state of an endpoint's gate.
   *
   * @param millis how long no host calls the endpoint; not positive if the gate is open
   * @param held why the endpoint is held; null if it is not
   * @param outages how many times in a row the endpoint could not serve
   * @param resumes how often the gate was {@linkplain #resume resumed}, as far as is known
   */
  public record GateState(
      String endpoint, long millis, @Nullable String held, int outages, long resumes) {}

  /**
   * Publishes the state of a gate to all hosts. Ends a probe by this host.
   *
   * @return false if the gate was resumed since this host has read it: the state is out of date,
   *     and not published
   */
  public boolean announce(GateState gate) throws FsException {
    return ask(shared -> shared.closeGate(gate));
  }

  /**
   * Begins a probe of a held endpoint by this host, which {@link #announce} ends.
   *
   * @return false if the endpoint is not held, it is too early, or another live host probes it
   */
  public boolean probe(String endpoint) throws FsException {
    return ask(shared -> shared.probe(endpoint));
  }

  /**
   * The gates whose state was published. A gate that another host probes is closed at least until
   * that host's lease ends.
   */
  public List<GateState> gates() throws FsException {
    return rows.gates(member.id());
  }

  /** The settings of all hosts, by name. */
  public Map<String, String> settings() throws FsException {
    return rows.settings();
  }

  /** The hosts that share the store, this one included. */
  public List<Host> hosts() throws FsException {
    return rows.hosts();
  }

  /** How many jobs there are in each state, by the names of the states. */
  public Map<String, Long> counts() throws FsException {
    return rows.counts();
  }

  /**
   * The jobs that any host may claim.
   *
   * @param jobs their number
   * @param bytes the size of their requests; of the answers of jobs that have ended
   */
  public record Free(int jobs, long bytes) {}

  /**
   * Counts the jobs that any host may claim.
   *
   * @param most the number of jobs at which counting stops
   */
  public Free free(int most) throws FsException {
    return rows.free(most);
  }

  /** Whether there may be a job or a line that any host may claim. */
  public boolean isFree() throws FsException {
    return rows.isFree();
  }

  /** The files of the jobs that are in a state and have not ended, the oldest first. */
  public List<String> open(String state) throws FsException {
    return rows.open(state);
  }

  /** Whether a file, or one below a directory, is being written on another host. */
  public boolean isWrittenElsewhere(String path) throws FsException {
    return rows.isWrittenElsewhere(path, member.id());
  }

  /** Whether this host still owns a job. */
  public boolean isOwner(String id, long fence) throws FsException {
    return rows.isOwner(id, member.id(), fence);
  }
}
