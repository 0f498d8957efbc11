package dev.warren.gptfs.control;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.config.Suggestion;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.submission.Submissions;
import dev.warren.gptfs.work.Retention;
import dev.warren.gptfs.work.SharedSettings;
import dev.warren.gptfs.work.Spool;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands of {@code ctl}, one per line. Thread-safe. */
public final class Control {
  private static final List<String> WORDS =
      List.of("pause", "resume", "drain", "retry", "cancel", "purge");

  /** In place of a name: every job that has failed. */
  private static final String FAILED = "--failed";

  /** Characters that control a reader's terminal, or change the direction of its text. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private static final Pattern WORD = Pattern.compile("[a-z]{1,20}");

  private final Spool spool;
  private final Submissions submissions;
  private final Retention retention;
  private final @Nullable SharedSettings shared;
  private volatile String lastError = "";

  /**
   * Commands for an instance.
   *
   * @param shared the settings of all hosts; null if this host shares none
   */
  public Control(
      Spool spool, Submissions submissions, Retention retention, @Nullable SharedSettings shared) {
    this.shared = shared;
    this.spool = spool;
    this.submissions = submissions;
    this.retention = retention;
  }

  /** Why the last command was refused, as a line; empty if it succeeded. */
  public String lastError() {
    return lastError;
  }

  /**
   * Refuses an invalid command.
   *
   * @throws FsException EINVAL, or ENOENT for a name that has no job; {@link #lastError} keeps it
   */
  public void check(String line) throws FsException {
    try {
      checkCommand(line);
    } catch (FsException e) {
      throw kept(line, e);
    }
  }

  /**
   * Executes a command.
   *
   * @throws FsException as {@link #check}; EBUSY for the retry of a job that waits or runs
   */
  public void act(String line) throws FsException {
    try {
      execute(line);
      lastError = "";
    } catch (FsException e) {
      throw kept(line, e);
    }
  }

  private FsException kept(String line, FsException e) {
    lastError =
        UNSEEN
                .matcher(shown(line.strip()) + ": " + e.errno() + ": " + e.getMessage())
                .replaceAll(match -> "\\\\u%04x".formatted(match.group().codePointAt(0)))
            + "\n";
    return e;
  }

  /** Every user may read the error, so misplaced words, which may be secrets, are left out. */
  private static String shown(String line) {
    String word = line.split("\\s+", 2)[0];
    return isNamed(word) ? line : WORD.matcher(word).matches() ? word : "a command";
  }

  /** Whether a command is about one job, whose name follows. */
  private static boolean isNamed(String word) {
    return word.equals("retry") || word.equals("cancel");
  }

  private static void checkWord(String word) throws FsException {
    if (!WORDS.contains(word)) {
      throw new FsException(
          Errno.EINVAL,
          WORD.matcher(word).matches()
              ? "unknown command '%s'%s".formatted(word, Suggestion.of(word, WORDS))
              : "unknown command; commands are " + String.join(", ", WORDS));
    }
  }

  private void checkCommand(String line) throws FsException {
    String[] words = line.strip().split("\\s+", 2);
    checkWord(words[0]);
    boolean named = isNamed(words[0]);
    if (named != (words.length == 2)) {
      throw new FsException(
          Errno.EINVAL,
          named ? "'" + words[0] + "' needs a name" : "'" + words[0] + "' takes no name");
    }
    if (named && !line.strip().equals("retry " + FAILED)) {
      job(words[1]);
    }
  }

  private void execute(String line) throws FsException {
    checkCommand(line);
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
    if (shared != null) {
      shared.pause(spool.dispatcher()::pause); // again, if an older setting was applied meanwhile
    }
  }

  private void drain() throws FsException {
    spool.quota().refuse(true);
    if (shared != null) {
      shared.drain(() -> spool.quota().refuse(true)); // again, as above
    }
  }

  private void resume() throws FsException {
    if (shared == null) {
      resumeHere();
    } else {
      shared.resume(this::resumeHere);
    }
    for (String source : spool.open(JobState.HELD)) {
      Job job = spool.bySource(source);
      if (job != null) {
        spool.release(job);
      }
    }
  }

  private void resumeHere() {
    spool.quota().refuse(false);
    spool.dispatcher().reopen();
    spool.polls().reopen();
    spool.dispatcher().unpause(); // last, because results of calls that begin from now on count
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
