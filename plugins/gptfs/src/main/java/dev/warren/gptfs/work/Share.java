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
 * This host's share of one revision of a batch: the lines that it sends, at most as many at a time
 * as there are workers, each as a task in the batch's lane. Does not depend on whether this host
 * owns the batch. Results are stored as they arrive. Thread-safe.
 */
final class Share {
  private final Services services;
  private final JobRecord record;
  private final LineSource source;
  private final Consumer<Throwable> whenEscaped;
  private final Map<Line, Set<ModelClient.Exchange>> open = new HashMap<>();
  private volatile @Nullable Runnable whenChanged;

  /** The number of lines that are being claimed. */
  private int wanted;

  private boolean over;

  /**
   * A share without lines.
   *
   * @param record the batch's record
   * @param whenEscaped called with an exception that cannot be the failure of one line
   */
  Share(Services services, JobRecord record, LineSource source, Consumer<Throwable> whenEscaped) {
    this.services = services;
    this.record = record;
    this.source = source;
    this.whenEscaped = whenEscaped;
  }

  /** Sets the listener for results if this host owns the batch; null if it does not. */
  void whenChanged(@Nullable Runnable listener) {
    whenChanged = listener;
  }

  Services services() {
    return services;
  }

  String id() {
    return record.id();
  }

  /** The batch's record when this host began to send its lines. */
  JobRecord record() {
    return record;
  }

  LineSource source() {
    return source;
  }

  /** Whether this host has no line of the batch, and is claiming none. */
  synchronized boolean isIdle() {
    return open.isEmpty() && wanted == 0;
  }

  /** The number of lines that are being claimed, and will need workers. */
  synchronized int wanted() {
    return wanted;
  }

  /** Whether this host must not send a line any more. */
  synchronized boolean isVoid(Line line) {
    return over || !open.containsKey(line);
  }

  /** A line's content from the store, with the model filled in. Blocking. */
  BatchLine line(Line line) throws FsException {
    return BatchLine.read(
        services.store().read(line.job(), JobStore.REQUEST, line.start(), line.length()),
        record.model());
  }

  /** Registers a call that begins; false if it must not begin. */
  synchronized boolean began(Line line, ModelClient.Exchange call) {
    Set<ModelClient.Exchange> calls = open.get(line);
    return !over && calls != null && calls.add(call);
  }

  /** Unregisters a call that has ended. */
  synchronized void ended(Line line, ModelClient.Exchange call) {
    Set<ModelClient.Exchange> calls = open.get(line);
    if (calls != null) {
      calls.remove(call);
    }
  }

  /** Claims and sends lines until this host has as many as there are workers. */
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
   * Reserves, and returns, the number of lines to claim.
   *
   * @param ending the number of lines that are just ending
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

  /** Sends lines that this host has claimed. */
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
      wanted -= most; // only now does the dispatcher count them
    }
  }

  /** Stores a line's result, and claims and sends more lines. */
  void finished(Line line, boolean answer, byte[] result, Usage used) throws FsException {
    int most;
    synchronized (this) {
      if (isVoid(line)) {
        services.tally().discarded();
        return;
      }
      most = want(1);
    }
    byte[] part = BatchOutput.marked(answer ? BatchOutput.ANSWER : BatchOutput.FAILURE, result);
    boolean tells = whenChanged == null;
    List<Line> lines = List.of();
    try {
      lines = source.keep(line, answer, part, used, tells, most);
    } catch (JobStore.LostJobException _) {
      services.tally().discarded(); // the line is no longer this host's, or was dropped
    } finally {
      synchronized (this) {
        open.remove(line);
      }
      add(lines, most);
    }
    changed(tells);
  }

  /**
   * Notifies the batch's owner of a change.
   *
   * @param isTold whether an owner on another host was notified, or need not be
   */
  private void changed(boolean isTold) throws FsException {
    Runnable listener = whenChanged;
    if (listener != null) {
      listener.run();
    } else if (!isTold) {
      source.announce(); // the batch has just got another owner
    }
  }

  /** Records that a call for a line may have been billed without a result. */
  void unclear(Line line) throws FsException {
    source.unclear(line);
    changed(true);
  }

  /** Drops lines that are not this host's any more, and cancels their calls. */
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

  /** Releases to other hosts the lines that have no in-flight call. */
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

  /** Ends this share: cancels its calls, and accepts no more results. */
  void cancel() {
    List<ModelClient.Exchange> calls = new ArrayList<>();
    synchronized (this) {
      over = true;
      open.values().forEach(calls::addAll);
      open.clear();
    }
    calls.forEach(ModelClient.Exchange::cancel);
  }

  /** Ends the batch after an exception that cannot be the failure of one line. */
  void escaped(Throwable mistake) {
    whenEscaped.accept(mistake);
  }
}
