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
 * This host's shares of batches, whichever host owns them. A share is kept as long as the batch
 * accepts results, so that the batch continues when its owner changes. Thread-safe.
 */
final class Shares {
  /** The largest number of lines claimed in one transaction, since other writes wait for it. */
  private static final int MOST_AT_ONCE = 64;

  private final Services services;
  private final Steps steps;
  private final boolean evenLost;

  /** Held while lines are claimed, so that no idle worker is counted twice. */
  private final ReentrantLock claiming = new ReentrantLock();

  private final Map<String, Share> shares = new HashMap<>();

  /** The id of the batch whose lines were claimed last. */
  private String turn = "";

  Shares(Services services, Steps steps) {
    this.services = services;
    this.steps = steps;
    evenLost = services.settings().onUnknown() == OnUnknown.RETRY;
  }

  /** The share of a batch in a store that only this host uses. */
  Share local(Job job, LineSource source) {
    int revision = job.record().revision();
    return new Share(
        services,
        job.record(),
        source,
        mistake -> Escaped.end(services, steps, job, revision, mistake));
  }

  /** The share of a batch's revision, created if there is none; ends that of another revision. */
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

  /** Fails a batch, which another host may own. */
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

  /**
   * Claims and sends as many lines of a batch as there are workers; the batch's lane takes turns
   * with the other lanes.
   */
  void fill(Share share) throws FsException {
    claiming.lock();
    try {
      share.fill();
    } finally {
      claiming.unlock();
    }
  }

  /**
   * Claims lines of any batch for the workers that no task needs, and sends them.
   *
   * @return whether there may be more to claim
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

  /**
   * The share that a claimed line belongs to; null if the batch is gone or has another revision.
   */
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

  /** Ends the share of a batch if the batch accepts no more results for that revision. */
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

  /** Compares all shares with the store, since notices of other hosts may have been lost. */
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

  /** This host shuts down: releases to other hosts the lines that have no in-flight call. */
  void release() {
    for (Share share : all()) {
      try {
        share.release();
      } catch (FsException e) {
        steps.log("other hosts wait for this one's lease to end", e);
      }
    }
  }

  /** This host shuts down and cancels its calls. */
  void cancel() {
    all().forEach(Share::cancel);
  }
}
