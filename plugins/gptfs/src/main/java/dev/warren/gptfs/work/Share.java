package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.batch.BatchLine;
import dev.warren.gptfs.http.ModelClient;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.Line;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this host does of one revision of a batch: the lines that it asks, as many of them as there
 * are workers at a time, as calls of their own with a lane of their own. Whether this host owns the
 * batch is of no meaning here. Results are in the store as they come. Thread-safe.
 */
final class Share {
  private final Services services;
  private final JobRecord record;
  private final LineSource source;
  private final Consumer<Throwable> whenEscaped;
  private final Map<Line, Set<ModelClient.Exchange>> open = new HashMap<>();
  private volatile @Nullable Runnable whenChanged;

  /** Lines that are being claimed. */
  private int wanted;

  private boolean over;

  /**
   * A share without lines.
   *
   * @param record of the batch
   * @param whenEscaped hears of a mistake in gptfs that is no line's
   */
  Share(Services services, JobRecord record, LineSource source, Consumer<Throwable> whenEscaped) {
    this.services = services;
    this.record = record;
    this.source = source;
    this.whenEscaped = whenEscaped;
  }

  /** Who hears of results, if this host owns the batch; null if it does not. */
  void whenChanged(@Nullable Runnable listener) {
    whenChanged = listener;
  }

  Services services() {
    return services;
  }

  String id() {
    return record.id();
  }

  /** The batch as it was when this host began with its lines. */
  JobRecord record() {
    return record;
  }

  LineSource source() {
    return source;
  }

  /** Whether nothing is asked, and there is nothing more to ask for this host. */
  synchronized boolean isIdle() {
    return open.isEmpty() && wanted == 0;
  }

  /** How many lines are being claimed, and will need workers. */
  synchronized int wanted() {
    return wanted;
  }

  /** Whether a line is not this host's to ask any more. */
  synchronized boolean isVoid(Line line) {
    return over || !open.containsKey(line);
  }

  /** A line as it was written, with the model filled in. */
  BatchLine line(Line line) throws FsException {
    return BatchLine.read(
        services.store().read(line.job(), JobStore.REQUEST, line.start(), line.length()),
        record.model());
  }

  /** A call begins; false if it must not. */
  synchronized boolean began(Line line, ModelClient.Exchange call) {
    Set<ModelClient.Exchange> calls = open.get(line);
    return !over && calls != null && calls.add(call);
  }

  /** A call has ended, and another one follows for the line. */
  synchronized void ended(Line line, ModelClient.Exchange call) {
    Set<ModelClient.Exchange> calls = open.get(line);
    if (calls != null) {
      calls.remove(call);
    }
  }

  /** Asks as many lines as there are workers. */
  void fill() throws FsException {
    int most = want(0);
    List<Line> lines = List.of();
    try {
      lines = source.claim(most);
    } finally {
      add(lines, most);
    }
  }

  /**
   * How many lines more can be asked.
   *
   * @param ending lines that are no more
   */
  private synchronized int want(int ending) {
    int asked = open.size() - ending + wanted;
    int most =
        over || services.dispatcher().isClosed()
            ? 0
            : Math.max(0, services.settings().workers() - asked);
    wanted += most;
    return most;
  }

  /** Asks lines that this host has claimed. */
  void add(Collection<Line> lines) {
    add(lines, 0);
  }

  private void add(Collection<Line> lines, int most) {
    boolean isWanted;
    synchronized (this) {
      isWanted = !over;
      if (isWanted) {
        lines.forEach(line -> open.put(line, new HashSet<>()));
      }
    }
    if (isWanted) {
      lines.forEach(line -> services.dispatcher().submit(new LineTask(this, line)));
    }
    synchronized (this) {
      wanted -= most; // now: they are among what waits for a worker
    }
  }

  /** A line has its result. */
  void finished(Line line, boolean answer, byte[] result, Usage used) throws FsException {
    int most;
    synchronized (this) {
      if (isVoid(line)) {
        services.tally().discarded();
        return;
      }
      most = want(1);
    }
    byte[] part = new byte[result.length + 1];
    part[0] = answer ? BatchOutput.ANSWER : BatchOutput.FAILURE;
    System.arraycopy(result, 0, part, 1, result.length);
    boolean tells = whenChanged == null;
    List<Line> lines = List.of();
    try {
      lines = source.keep(line, answer, part, used, tells, most);
    } catch (JobStore.LostJobException _) {
      services.tally().discarded(); // another host asks, or nobody wants it any more
    } finally {
      synchronized (this) {
        open.remove(line);
      }
      add(lines, most);
    }
    changed(tells);
  }

  /**
   * @param isTold whether another host hears of it
   */
  private void changed(boolean isTold) throws FsException {
    Runnable listener = whenChanged;
    if (listener != null) {
      listener.run();
    } else if (!isTold) {
      source.tell(); // the batch has got another owner just now
    }
  }

  /** A call for a line may have been billed in vain. */
  void unclear(Line line) throws FsException {
    source.unclear(line);
    changed(true);
  }

  /** Another host has these lines by now: calls for them are in vain. */
  void lost(Collection<Line> lines) {
    List<ModelClient.Exchange> calls = new ArrayList<>();
    synchronized (this) {
      for (Line line : lines) {
        calls.addAll(open.getOrDefault(line, Set.of()));
        open.remove(line);
      }
    }
    calls.forEach(ModelClient.Exchange::cancel);
  }

  /** Gives back what was not asked yet, to other hosts. */
  void release() throws FsException {
    List<Line> lines = new ArrayList<>();
    synchronized (this) {
      open.forEach(
          (line, calls) -> {
            if (calls.isEmpty()) {
              lines.add(line);
            }
          });
      lines.forEach(open::remove);
    }
    source.release(lines);
  }

  /** Nobody wants results any more: calls end. */
  void cancel() {
    List<ModelClient.Exchange> calls = new ArrayList<>();
    synchronized (this) {
      over = true;
      open.values().forEach(calls::addAll);
      open.clear();
    }
    calls.forEach(ModelClient.Exchange::cancel);
  }

  /** A mistake in gptfs that is no line's: the batch ends, for nobody knows what would follow. */
  void escaped(Throwable mistake) {
    whenEscaped.accept(mistake);
  }
}
