package dev.warren.gptfs.submission;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Input;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.store.DatabaseDamage;
import dev.warren.gptfs.work.Digests;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Searches directories of the inbox for files that have no job. */
final class Scan {
  private static final String CUT_OFF =
      "the file is shorter than it was when it was closed, as after a power failure; write it"
          + " again";

  private final Watched watched;
  private final Settling settling;

  Scan(Watched watched, Settling settling) {
    this.watched = watched;
    this.settling = settling;
  }

  /** Submits the files below a directory that have no job; they need not settle. */
  void submitUnknown(VfsPath directory) throws FsException {
    for (VfsPath path : unknown(directory)) {
      settling.submit(path, true, false);
    }
  }

  /**
   * The files below a directory that have no job and are not being written. A directory below it
   * that cannot be listed is logged and left out.
   */
  List<VfsPath> unknown(VfsPath directory) throws FsException {
    List<VfsPath> directories = new ArrayList<>();
    List<VfsPath> files = new ArrayList<>();
    list(directory, directories, (path, _) -> files.add(path));
    // Once, because this may be many files; after they were listed, because a file is marked first.
    Set<String> unfinished = watched.spool().store().unfinished();
    List<VfsPath> unknown = new ArrayList<>();
    for (VfsPath path : files) {
      if (isUnknown(path, unfinished)) {
        unknown.add(path);
      }
    }
    for (VfsPath below : directories) {
      try {
        unknown.addAll(unknown(below));
      } catch (FsException e) {
        boolean isDatabaseDown = e.errno() == Errno.EIO && watched.isShared();
        if (isDatabaseDown || DatabaseDamage.isCauseOf(e)) {
          throw e;
        }
        watched.warn("the directory inbox" + below + " is left out", e);
      }
    }
    return unknown;
  }

  boolean isUnknown(VfsPath path) throws FsException {
    return isUnknown(path, watched.spool().store().unfinished());
  }

  private boolean isUnknown(VfsPath path, Set<String> unfinished) throws FsException {
    InboxFile file = watched.find(path);
    String source = Watched.source(path);
    return watched.spool().bySource(source) == null
        && (file == null || (file.writers == 0 && !file.incomplete))
        && !unfinished.contains(source);
  }

  /**
   * Submits, at startup, the files of the inbox that were added or changed since the last shutdown.
   * A file or directory that fails is logged and left out.
   *
   * @param unfinished files that were being written when the host ended
   * @param open the jobs that have not ended
   * @return eligible files that exist, under their names in jobs; not those of directories that
   *     cannot be listed
   * @throws FsException EIO if even the inbox cannot be listed because the file system has failed,
   *     or the database is damaged
   */
  Set<String> rescan(Iterable<String> unfinished, Collection<Job> open) throws FsException {
    for (String source : unfinished) {
      watched.tolerating("the interrupted upload of " + source, () -> keepUnfinished(source));
    }
    Set<String> there = new HashSet<>();
    List<VfsPath> added = new ArrayList<>();
    rescan(VfsPath.ROOT, there, added);
    if (!added.isEmpty()) {
      Map<Stamp, List<Job>> gone = new HashMap<>();
      for (Job job : open) {
        if (isGone(job, there)) {
          Input input = job.record().input();
          gone.computeIfAbsent(
                  new Stamp(input.bytes(), input.seconds(), input.nanos()), _ -> new ArrayList<>())
              .add(job);
        }
      }
      for (VfsPath path : added) {
        watched.tolerating("the file inbox" + path, () -> submitAdded(path, gone));
      }
    }
    return there;
  }

  /** What a rename leaves as it is; see {@link Input#matches}. */
  private record Stamp(long bytes, long seconds, int nanos) {}

  /** Whether the file of a job with an accepted content does not exist. */
  private boolean isGone(Job job, Set<String> there) throws FsException {
    String source = job.record().source();
    return isSettled(job)
        && !there.contains(source)
        && !watched.mayBeThere(VfsPath.ROOT.resolveText(source));
  }

  private void submitAdded(VfsPath path, Map<Stamp, List<Job>> gone) throws FsException {
    if (!wasAnswered(path) && !wasRenamed(path, gone)) {
      settling.submit(path, false, false);
    }
  }

  /**
   * Gives a file the job of one that is gone, if it is the same file: the host may have ended
   * between renaming a file and moving its job, whose prompt must not be sent twice.
   */
  private boolean wasRenamed(VfsPath path, Map<Stamp, List<Job>> gone) throws FsException {
    FileAttributes file = watched.stat(path);
    List<Job> alike =
        gone.getOrDefault(
            new Stamp(file.size(), file.modifySeconds(), file.modifyNanos()), List.of());
    if (alike.isEmpty()) {
      return false;
    }
    String sha256 = digest(path);
    for (Job job : alike) {
      if (sha256.equals(job.record().input().sha256())) {
        alike.remove(job);
        return watched.spool().move(job.record().source(), Watched.source(path));
      }
    }
    return false;
  }

  private void keepUnfinished(String source) throws FsException {
    VfsPath path = VfsPath.ROOT.resolveText(source);
    if (!watched.mayBeThere(path)) {
      watched.spool().store().unfinished(source, false);
      return;
    }
    watched.obtain(path).marked = true;
    keepIncomplete(path, "the upload was interrupted; waiting for the whole file");
  }

  private void keepIncomplete(VfsPath path, String why) throws FsException {
    watched.obtain(path).incomplete = true;
    watched.spool().say(Watched.source(path), why);
  }

  /**
   * @param there receives the eligible files
   * @param added receives those without a job
   */
  private void rescan(VfsPath directory, Set<String> there, List<VfsPath> added)
      throws FsException {
    List<VfsPath> directories = new ArrayList<>();
    List<VfsPath> changed = new ArrayList<>();
    try {
      list(
          directory,
          directories,
          (path, attributes) -> {
            there.add(Watched.source(path));
            watched.tolerating("the file inbox" + path, () -> rescan(path, attributes, changed));
          });
    } catch (FsException e) {
      if ((directory.isRoot() && e.errno() == Errno.EIO) || DatabaseDamage.isCauseOf(e)) {
        throw e;
      }
      watched.leftOut("the directory inbox" + directory, e);
    }
    for (VfsPath path : changed) {
      watched.tolerating("the file inbox" + path, () -> submitChanged(path, added));
    }
    for (VfsPath below : directories) {
      rescan(below, there, added);
    }
  }

  /**
   * @param changed receives the file if its content may have changed
   */
  private void rescan(VfsPath path, FileAttributes attributes, List<VfsPath> changed)
      throws FsException {
    if (watched.find(path) != null) {
      return;
    }
    Job job = watched.spool().bySource(Watched.source(path));
    if (job != null && wasCutOff(job, attributes)) {
      keepIncomplete(path, CUT_OFF);
    } else if (attributes.size() > 0 && mayHaveChanged(job, attributes)) {
      changed.add(path);
    }
  }

  /** Whether a settling file has become shorter. A file of several hosts may be being rewritten. */
  private boolean wasCutOff(Job job, FileAttributes attributes) {
    return !watched.isShared()
        && !isSettled(job)
        && attributes.size() < job.record().input().bytes();
  }

  private static boolean mayHaveChanged(@Nullable Job job, FileAttributes attributes) {
    return job == null
        || job.record().state() == JobState.SETTLING
        || !job.record().input().matches(attributes);
  }

  /**
   * Submits a file unless its content is already accepted. A file that cannot be compared with the
   * content of its job is left alone, so that the answer to that content is kept.
   *
   * @param added receives a file without a job, which is submitted once all files are known
   */
  private void submitChanged(VfsPath path, List<VfsPath> added) throws FsException {
    Job job = watched.spool().bySource(Watched.source(path));
    if (job == null) {
      added.add(path);
    } else if (!isSettled(job) || !isSameContent(path, job)) {
      settling.submit(path, false, false);
    }
  }

  private static boolean isSettled(Job job) {
    return job.record().state() != JobState.SETTLING;
  }

  private boolean wasAnswered(VfsPath path) throws FsException {
    FileAttributes attributes = watched.stat(path);
    return watched
        .spool()
        .adopt(
            Watched.source(path),
            attributes.size(),
            () ->
                new Input(
                    attributes.size(),
                    attributes.modifySeconds(),
                    attributes.modifyNanos(),
                    digest(path)));
  }

  private String digest(VfsPath path) throws FsException {
    OpenFile file = watched.files().open(watched.absolute(path), OpenOptions.READ, 0);
    try {
      return Digests.sha256(file);
    } finally {
      file.close();
    }
  }

  private boolean isSameContent(VfsPath path, Job job) throws FsException {
    FileAttributes attributes = watched.stat(path);
    return attributes.size() == job.record().input().bytes()
        && digest(path).equals(job.record().input().sha256());
  }

  /** Receives an eligible regular file. */
  @FunctionalInterface
  private interface Found {
    void file(VfsPath path, FileAttributes attributes) throws FsException;
  }

  private void list(VfsPath directory, List<VfsPath> directories, Found found) throws FsException {
    try (OpenDirectory listing = watched.files().openDirectory(watched.absolute(directory))) {
      FsException[] failure = new FsException[1];
      listing.read(
          0,
          true,
          entry -> {
            try {
              VfsPath path = directory.resolve(entry.name());
              if (entry.type() == FileType.DIRECTORY) {
                directories.add(path);
              } else if (entry.type() == FileType.REGULAR
                  && entry.attributes() != null
                  && watched.eligibility().isEligible(path)) {
                found.file(path, entry.attributes());
              }
              return true;
            } catch (FsException e) {
              failure[0] = e;
              return false;
            }
          });
      if (failure[0] != null) {
        throw failure[0];
      }
    }
  }
}
