package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.http.Progress;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.publish.StatusDocument.Streaming;
import java.nio.charset.StandardCharsets;

/** Publishes a stream's progress in the status, and its text in a growing file if configured. */
final class StreamProgress implements Progress {
  /** The time between statuses: each costs two file operations, and clients read no more often. */
  private static final long INTERVAL_MILLIS = 500;

  private final Services services;
  private final Steps steps;
  private final Job job;
  private final int revision;
  private final int attempt;
  private final long start;
  private final StringBuilder pending = new StringBuilder();
  private long firstTokenMillis = -1;
  private long shownAt;
  private long chunks;
  private long bytes;
  private long written;
  private boolean shown;

  StreamProgress(Services services, Steps steps, Job job, int attempt) {
    this.services = services;
    this.steps = steps;
    this.job = job;
    this.attempt = attempt;
    revision = job.record().revision();
    start = services.timers().steady().toEpochMilli();
    shownAt = start;
  }

  @Override
  public void text(String text) {
    long now = services.timers().steady().toEpochMilli();
    if (firstTokenMillis < 0) {
      firstTokenMillis = now - start;
    }
    chunks++;
    bytes += text.getBytes(StandardCharsets.UTF_8).length;
    if (services.settings().partial()) {
      pending.append(text);
    }
    if (chunks == 1 || now - shownAt >= INTERVAL_MILLIS) {
      shownAt = now;
      show();
    }
  }

  /** Whether the status shows the stream. The caller holds the job's lock. */
  boolean isShown() {
    return shown;
  }

  /** Removes and returns the unpublished text, except half of a surrogate pair at its end. */
  private String whole() {
    int end = pending.length();
    if (end > 0 && Character.isHighSurrogate(pending.charAt(end - 1))) {
      end--;
    }
    String text = pending.substring(0, end);
    pending.delete(0, end);
    return text;
  }

  private void show() {
    job.lock().lock();
    try {
      JobRecord record = job.record();
      if (job.isRemoved()
          || record.revision() != revision
          || record.state() != JobState.ACTIVE
          || record.tries().attempts() != attempt) {
        return; // overtaken: the call ends soon
      }
      shown = true;
      steps.show(job, new Streaming(bytes, chunks, firstTokenMillis));
      if (services.settings().partial()) {
        String text = whole();
        if (!text.isEmpty()) { // a partial file is never empty
          services.publisher().partial(job.record().base(), text, written);
          written += text.getBytes(StandardCharsets.UTF_8).length;
        }
      }
    } catch (FsException e) {
      steps.log("the stream of " + job.record().source() + " cannot be shown", e);
    } finally {
      job.lock().unlock();
    }
  }
}
