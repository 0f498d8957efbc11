package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.batch.BatchFile;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.Line;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The lines of a batch in a store that only this host uses. */
final class LocalLines implements LineSource {
  private final JobStore store;
  private final Job job;
  private final int revision;
  private final BatchFile lines;
  private final BitSet done = new BitSet();
  private int next;
  private int answered;
  private int failed;
  private Usage usage = Usage.NONE;
  private boolean unclear;

  /** Finds in the store which lines already have a result. */
  LocalLines(JobStore store, Job job, BatchFile lines) throws FsException {
    this.store = store;
    this.job = job;
    this.lines = lines;
    String id = job.record().id();
    revision = job.record().revision();
    BatchOutput results = new BatchOutput(store, id);
    for (int part : store.parts(id)) {
      if (part >= JobStore.FIRST_LINE) {
        done.set(part - JobStore.FIRST_LINE);
        count(results.isAnswer(part));
      }
    }
  }

  private void count(boolean answer) {
    answered += answer ? 1 : 0;
    failed += answer ? 0 : 1;
  }

  @Override
  public synchronized List<Line> claim(int most) {
    List<Line> claimed = new ArrayList<>();
    while (claimed.size() < most) {
      next = done.nextClearBit(next);
      if (next >= lines.size()) {
        break;
      }
      String id = job.record().id();
      claimed.add(new Line(id, revision, next, lines.start(next), lines.length(next), 0));
      next++;
    }
    return claimed;
  }

  @Override
  public List<Line> keep(
      Line line, boolean answer, byte[] part, Usage used, boolean tells, int most)
      throws FsException {
    store.savePart(line.job(), JobStore.FIRST_LINE + line.number(), part, job);
    synchronized (this) {
      done.set(line.number());
      count(answer);
      usage = usage.plus(used);
      return claim(most);
    }
  }

  /** Does nothing: this host owns the batch. */
  @Override
  public void announce() {}

  @Override
  public synchronized void unclear(Line line) {
    unclear = true;
  }

  /** Does nothing: no other host claims lines, and a restart sends those without a result. */
  @Override
  public void release(List<Line> unused) {}

  @Override
  public synchronized Progress progress() {
    return new Progress(new Counts(lines.size(), answered, failed), usage, false, unclear);
  }
}
