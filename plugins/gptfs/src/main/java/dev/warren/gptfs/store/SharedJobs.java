package dev.warren.gptfs.store;

import static dev.warren.gptfs.store.JobStore.Promise.PROCESS;

import dev.warren.api.FsException;
import dev.warren.api.SharingHost;
import dev.warren.api.database.Database;
import dev.warren.gptfs.store.JobStore.Owner;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What hosts that share a store do beside keeping jobs: each job has one owner at most, and an
 * owner that is not heard of for longer than its lease loses all it owns. Times are the database's.
 * Thread-safe.
 */
public final class SharedJobs {
  /** The notice that there is a free job. */
  public static final String WORK = "work";

  /** The notice that a job has ended or has another owner; its id follows. */
  public static final String JOB = "job ";

  /** The notice that what holds for all hosts has changed. */
  public static final String SETTINGS = "settings";

  /** The notice that a line of a batch has its result, or lost its host; the batch's id follows. */
  public static final String LINES = "lines ";

  /** The notice that a call has ended, where their number is limited. */
  public static final String CALLS = "calls";

  private final Writer writer;
  private final Rows rows;
  private final SharedLines lines;
  private final SharedCalls calls;
  private final Member member;

  /**
   * A job that this host owns now.
   *
   * @param description of the job
   * @param fence of its row
   * @param lane of its file
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Taken(byte[] description, long fence, String lane) {}

  /**
   * A host that shares the store; times in milliseconds since 1970.
   *
   * @param running calls
   */
  public record Host(
      String id, String name, String version, long since, long seenAt, long running) {
    /** What people see of it. */
    public SharingHost shown() {
      return new SharingHost(
          name, version, Instant.ofEpochMilli(since), Instant.ofEpochMilli(seenAt), running);
    }
  }

  SharedJobs(Writer writer, Rows rows, Member member) {
    this.writer = writer;
    this.rows = rows;
    this.member = member;
    this.lines = new SharedLines(writer, rows);
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

  /** Hears what other hosts, and this one, tell; see the notices above. */
  public Database.Subscription subscribe(Database.Listener listener) {
    return member.database().subscribe(Member.CHANNEL, listener);
  }

  /** Statements that give a result. */
  @FunctionalInterface
  private interface Asking<T extends @Nullable Object> {
    T ask(SharedRows shared) throws SQLException;
  }

  /** In turn with what was saved before. */
  private <T extends @Nullable Object> T ask(Asking<T> asking) throws FsException {
    AtomicReference<T> result = new AtomicReference<>();
    writer.write(
        new Change(
            PROCESS, JobStore.SOLE, statements -> result.set(asking.ask(statements.shared()))));
    return result.get();
  }

  /**
   * Makes this host a job's owner, whoever was.
   *
   * @return null if the job is gone
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
   * @param most how many
   * @param after the lane that had the last turn
   */
  public List<Taken> claim(int most, String after) throws FsException {
    return ask(shared -> shared.claim(most, after));
  }

  /**
   * Renews this host's lease.
   *
   * @param running calls
   */
  public void beat(int running) throws FsException {
    ask(
        shared -> {
          shared.beat(running);
          return true;
        });
  }

  /**
   * Frees the jobs of hosts that have not been heard of.
   *
   * @return the hosts
   */
  public List<String> reap() throws FsException {
    return ask(SharedRows::reap);
  }

  /**
   * Frees the rows that seem to be this host's though it knows nothing of them: a commit was in
   * doubt.
   *
   * @param known gives the ids of the jobs that this host owns
   */
  public void disown(Supplier<Set<String>> known) throws FsException {
    ask(
        shared -> {
          shared.disown(known.get());
          return true;
        });
  }

  /** This host ends: others go on with its jobs. */
  public void leave() throws FsException {
    ask(
        shared -> {
          shared.leave();
          return true;
        });
  }

  /** Sets what holds for all hosts. */
  public void set(String name, String value) throws FsException {
    ask(
        shared -> {
          shared.set(name, value);
          return true;
        });
  }

  /**
   * An endpoint's gate, as a host has found it.
   *
   * @param millis for which nobody calls the endpoint; not positive if it is open
   * @param held why it is held; null if it is not
   * @param outages how often in a row it could not serve
   */
  public record Gate(String endpoint, long millis, @Nullable String held, int outages) {}

  /** Tells all hosts how an endpoint's gate is. */
  public void tell(Gate gate) throws FsException {
    ask(
        shared -> {
          shared.closeGate(gate);
          return true;
        });
  }

  /**
   * Whether this host may try a held endpoint for all: nobody else who is alive does, and its time
   * has come. It does until it {@linkplain #tell tells} how the gate is.
   */
  public boolean probe(String endpoint) throws FsException {
    return ask(shared -> shared.probe(endpoint));
  }

  /**
   * The gates of which a host has told. Those that another host tries are closed for as long as
   * that is believed to be alive.
   */
  public List<Gate> gates() throws FsException {
    return rows.gates(member.id());
  }

  /** What holds for all hosts. */
  public Map<String, String> settings() throws FsException {
    return rows.settings();
  }

  /** The hosts. */
  public List<Host> hosts() throws FsException {
    return rows.hosts();
  }

  /** How many jobs there are in each state, by the names of the states. */
  public Map<String, Long> counts() throws FsException {
    return rows.counts();
  }

  /**
   * What no host has taken yet.
   *
   * @param bytes of the requests
   */
  public record Free(int jobs, long bytes) {}

  /**
   * What no host has taken yet.
   *
   * @param most jobs are counted no further
   */
  public Free free(int most) throws FsException {
    return rows.free(most);
  }

  /** The files of the jobs that have not ended and are in a state. */
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
