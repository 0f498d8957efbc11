package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.config.Settings.OnUnknown;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.store.Line;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.gptfs.store.SharedLines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this host does of batches, whoever owns them. A share is here as long as its batch's lines
 * may have results, so that a batch which changes its owner goes on. Thread-safe.
 */
final class Shares {
  /** How many lines are claimed in one transaction, for which other writes wait. */
  private static final int MOST_AT_ONCE = 64;

  private final Services services;
  private final Steps steps;
  private final boolean evenLost;

  /** Held while lines are claimed, so that a worker is counted once. */
  private final ReentrantLock claiming = new ReentrantLock();

  private final Map<String, Share> shares = new HashMap<>();

  /** The batch of which lines were claimed last. */
  private String turn = "";

  Shares(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
    evenLost = services.settings().onUnknown() == OnUnknown.RETRY;
  }

  /** The share of the only host. */
  Share local(Job job, LineSource source) {
    int revision = job.record().revision();
    return new Share(
        services,
        job.record(),
        source,
        mistake -> Escaped.end(services, steps, job, revision, mistake));
  }

  /** The share of a batch; made if there is none. */
  synchronized Share obtain(SharedLines lines, JobRecord record) {
    Share known = shares.get(record.id());
    if (known != null && known.record().revision() == record.revision()) {
      return known;
    }
    if (known != null) {
      known.cancel();
    }
    Share share =
        new Share(
            services,
            record,
            new ClaimedLines(lines, record.id(), evenLost),
            mistake -> escaped(record, mistake));
    shares.put(record.id(), share);
    return share;
  }

  /** The batch may be another host's. */
  private void escaped(JobRecord record, Throwable mistake) {
    try {
      Job job = services.table().bySource(record.source());
      if (job != null && job.record().id().equals(record.id())) {
        Escaped.end(services, steps, job, record.revision(), mistake);
      }
    } catch (FsException e) {
      steps.log("the job of " + record.source() + " cannot be failed", e);
    }
  }

  /** Asks as many lines of a batch as there are workers: it takes turns with what waits here. */
  void fill(Share share) throws FsException {
    claiming.lock();
    try {
      share.fill();
    } finally {
      claiming.unlock();
    }
  }

  /**
   * Claims lines of any batch for the workers that nothing waits for, and asks them.
   *
   * @return whether there may be more for as many
   */
  boolean claim(SharedLines lines) throws FsException {
    claiming.lock();
    try {
      int wanted = all().stream().mapToInt(Share::wanted).sum();
      int most = Math.min(MOST_AT_ONCE, services.dispatcher().free() - wanted);
      return most > 0 && claim(lines, most) == most;
    } finally {
      claiming.unlock();
    }
  }

  private int claim(SharedLines lines, int most) throws FsException {
    List<Line> claimed = lines.claimAfter(turn, most, evenLost);
    Map<String, List<Line>> batches = new HashMap<>();
    for (Line line : claimed) {
      batches.computeIfAbsent(line.job(), _ -> new ArrayList<>()).add(line);
      turn = line.job();
    }
    for (List<Line> some : batches.values()) {
      Share share = share(lines, some.getFirst());
      if (share == null) {
        lines.release(some);
      } else {
        share.add(some);
      }
    }
    return claimed.size();
  }

  /** The share that a claimed line belongs to; null if its batch is another by now. */
  private @Nullable Share share(SharedLines lines, Line line) throws FsException {
    synchronized (this) {
      Share known = shares.get(line.job());
      if (known != null && known.record().revision() == line.revision()) {
        return known;
      }
    }
    byte[] description = services.store().byId(line.job());
    JobRecord record = description == null ? null : JobRecord.decode(description);
    return record == null || record.revision() != line.revision() ? null : obtain(lines, record);
  }

  /** Another host has changed a batch, perhaps: what nobody wants any more ends here. */
  void refresh(String id) throws FsException {
    SharedJobs shared = services.store().shared();
    Share share;
    synchronized (this) {
      share = shares.get(id);
    }
    if (share == null || shared == null) {
      return;
    }
    Integer revision = shared.lines().revision(id);
    if (revision == null || revision != share.record().revision()) {
      synchronized (this) {
        shares.remove(id, share);
      }
      share.cancel();
    }
  }

  /** What other hosts have told may not have been heard. */
  void refresh() throws FsException {
    SharedJobs shared = services.store().shared();
    if (shared == null) {
      return;
    }
    List<Line> lost = shared.lines().reconcile();
    for (Share share : all()) {
      refresh(share.id());
      share.lost(lost);
    }
  }

  private synchronized List<Share> all() {
    return List.copyOf(shares.values());
  }

  /** The host ends: other hosts can have what was not asked yet. */
  void release() {
    for (Share share : all()) {
      try {
        share.release();
      } catch (FsException e) {
        steps.log("other hosts wait for this one's lease to end", e);
      }
    }
  }

  /** The host ends, and does not wait for calls any more. */
  void cancel() {
    all().forEach(Share::cancel);
  }
}
