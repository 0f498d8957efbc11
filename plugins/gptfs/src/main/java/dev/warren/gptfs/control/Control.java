package dev.warren.gptfs.control;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.config.Suggestion;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.submission.Submissions;
import dev.warren.gptfs.work.Retention;
import dev.warren.gptfs.work.Sharing;
import dev.warren.gptfs.work.Spool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of {@code ctl}, one per line. */
public final class Control {
  private static final List<String> WORDS =
      List.of("pause", "resume", "drain", "retry", "cancel", "purge");

  /** In place of a name: every job that has failed. */
  private static final String FAILED = "--failed";

  private final Spool spool;
  private final Submissions submissions;
  private final Retention retention;
  private final @Nullable Sharing sharing;

  /**
   * Commands for an instance.
   *
   * @param sharing this host's part in sharing jobs; null if it does not share them
   */
  public Control(
      Spool spool, Submissions submissions, Retention retention, @Nullable Sharing sharing) {
    this.sharing = sharing;
    this.spool = spool;
    this.submissions = submissions;
    this.retention = retention;
  }

  /**
   * Refuses an invalid command.
   *
   * @throws FsException EINVAL, or ENOENT for a name that has no job
   */
  public void check(String line) throws FsException {
    String[] words = line.strip().split("\\s+", 2);
    boolean named = words[0].equals("retry") || words[0].equals("cancel");
    if (!WORDS.contains(words[0])) {
      throw new FsException(
          Errno.EINVAL,
          "unknown command '%s'%s".formatted(words[0], Suggestion.of(words[0], WORDS)));
    }
    if (named != (words.length == 2)) {
      throw new FsException(
          Errno.EINVAL,
          named ? "'" + words[0] + "' needs a name" : "'" + words[0] + "' takes no name");
    }
    if (named && !line.strip().equals("retry " + FAILED)) {
      job(words[1]);
    }
  }

  /**
   * Executes a command.
   *
   * @throws FsException as {@link #check}; EBUSY for the retry of a job that waits or runs
   */
  public void act(String line) throws FsException {
    check(line);
    String[] words = line.strip().split("\\s+", 2);
    switch (words[0]) {
      case "pause" -> pause();
      case "resume" -> resume();
      case "drain" -> drain();
      case "purge" -> retention.purge();
      case "retry" -> {
        if (words[1].equals(FAILED)) {
          retryFailed();
        } else {
          retry(job(words[1]));
        }
      }
      default -> spool.cancel(job(words[1]), "cancelled through ctl");
    }
  }

  private void pause() throws FsException {
    spool.dispatcher().pause();
    set(Sharing.PAUSED, true);
  }

  private void drain() throws FsException {
    spool.quota().refuse(true);
    set(Sharing.DRAINING, true);
  }

  private void resume() throws FsException {
    if (sharing != null) {
      sharing.resume();
    }
    spool.quota().refuse(false);
    spool.dispatcher().reopen();
    spool.polls().reopen();
    spool.dispatcher().unpause(); // last, because results of calls that begin from now on count
    if (sharing != null) {
      sharing.reread(); // another host may have changed them meanwhile
    }
    for (String source : spool.open(JobState.HELD)) {
      Job job = spool.bySource(source);
      if (job != null) {
        spool.release(job);
      }
    }
  }

  /** Sets a flag for the other hosts. */
  private void set(String name, boolean on) throws FsException {
    if (sharing != null) {
      sharing.set(name, on);
    }
  }

  private void retry(Job job) throws FsException {
    if (spool.release(job)) {
      return;
    }
    if (!job.record().state().isEnded()) {
      throw new FsException(Errno.EBUSY, job.record().source() + " is waiting or running");
    }
    spool.retrying(job);
    submissions.resubmit(job.record().source());
  }

  /** Retries all jobs that have failed and whose files still exist. */
  private void retryFailed() throws FsException {
    for (String source : spool.ended(JobState.FAILED, "")) {
      Job job = spool.bySource(source);
      if (job != null && job.record().state() == JobState.FAILED && submissions.isThere(source)) {
        spool.retrying(job);
        submissions.resubmit(source);
      }
    }
  }

  private Job job(String name) throws FsException {
    String plain = name.startsWith("inbox/") ? name.substring("inbox/".length()) : name;
    Job job = spool.find(plain);
    if (job == null) {
      throw new FsException(Errno.ENOENT, "no job '" + name + "'");
    }
    return job;
  }
}
