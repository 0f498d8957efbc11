package dev.warren.gptfs.submission;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.request.Overrides;
import dev.warren.gptfs.request.RequestBuilder;
import dev.warren.gptfs.store.Files;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.work.Digests;
import dev.warren.gptfs.work.Spool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a file in the inbox is finished: changed, not empty, nobody writes it, its last
 * writer has closed it and not been lost, and it has been left alone for the settling time.
 *
 * <p>Locks, in this order: the structure (names change under its write lock), a file's monitor, a
 * job's lock. Nothing is called with a job's lock that takes one of the others.
 */
public final class Submissions {
  private static final int SMALL = 4096;

  private final FileSystem files;
  private final VfsPath inbox;
  private final Settings settings;
  private final Spool spool;
  private final Timers timers;
  private final Overrides overrides;
  private final Eligibility eligibility;
  private final System.Logger log;
  private final ReentrantReadWriteLock structure = new ReentrantReadWriteLock();
  private final ConcurrentHashMap<VfsPath, InboxFile> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Watches an inbox.
   *
   * @param files the file system that holds it
   * @param inbox its root there
   */
  public Submissions(
      FileSystem files,
      VfsPath inbox,
      Settings settings,
      Spool spool,
      Timers timers,
      System.Logger log) {
    this.files = files;
    this.inbox = inbox;
    this.settings = settings;
    this.spool = spool;
    this.timers = timers;
    this.log = log;
    overrides = new Overrides(settings.prompt(), settings.endpoints().keySet());
    eligibility = new Eligibility(settings.ignore());
  }

  /**
   * Held for reading while files are opened, written and closed; for writing while names change.
   */
  ReentrantReadWriteLock structure() {
    return structure;
  }

  Eligibility eligibility() {
    return eligibility;
  }

  /**
   * Somebody opens a file for writing. The caller holds the structure lock.
   *
   * @param size what it has now; 0 if it is created
   * @throws FsException EDQUOT if there is no place for one more job
   */
  InboxFile opened(VfsPath path, long size) throws FsException {
    InboxFile file =
        open.compute(
            path,
            (key, known) -> {
              InboxFile found =
                  known == null ? new InboxFile(key, eligibility.isEligible(key)) : known;
              synchronized (found) {
                if (found.writers++ == 0) {
                  found.size = size;
                }
              }
              return found;
            });
    try {
      synchronized (file) {
        takePlace(file);
      }
    } catch (FsException e) {
      forgetWriter(file);
      throw e;
    }
    return file;
  }

  private void takePlace(InboxFile file) throws FsException {
    if (file.eligible && file.taken < 0) {
      Job job = spool.bySource(file.source());
      if (job != null && !job.record().state().isEnded()) {
        return; // the new content takes over the old one's place
      }
      spool.quota().takeJob();
      file.taken = 0;
    }
  }

  /** The open did not succeed. The caller holds the structure lock. */
  void forgetWriter(InboxFile file) {
    synchronized (file) {
      file.writers--;
      releaseIfUnused(file);
    }
    forgetIfIdle(file);
  }

  /**
   * A writer is about to change the file: from here on a restart knows that it may be half written.
   *
   * @param newSize what it will have at least
   * @throws FsException EFBIG, EDQUOT
   */
  void changing(InboxFile file, long newSize) throws FsException {
    synchronized (file) {
      if (newSize > file.size) {
        long limit = settings.limits().forFile(file.path.name(), file.eligible);
        if (newSize > limit) {
          throw new FsException(Errno.EFBIG, "more than " + limit + " bytes");
        }
        if (file.taken >= 0 && newSize > file.taken && !file.detached) {
          spool.quota().takeBytes(newSize - file.taken);
          file.taken = newSize;
        }
        file.size = newSize;
      }
      if (!file.marked && file.eligible && !file.detached) {
        spool.store().unfinished(file.source(), true);
        file.marked = true;
      }
      file.dirty = true;
    }
  }

  /** The file was cut to a size. */
  void resized(InboxFile file, long newSize) {
    synchronized (file) {
      file.size = newSize;
    }
  }

  /**
   * A writer has closed the file, or was lost. The caller holds the structure lock for reading.
   *
   * @param changed whether that writer has changed it
   * @param lost whether it was lost
   */
  void closed(InboxFile file, boolean changed, boolean lost) throws FsException {
    synchronized (file) {
      file.writers--;
      if (changed) {
        file.incomplete = lost;
      }
      evaluate(file);
    }
    forgetIfIdle(file);
  }

  /** Begins to settle what is finished. The caller holds the file's monitor. */
  private void evaluate(InboxFile file) throws FsException {
    if (file.writers > 0 || closed) {
      return;
    }
    if (file.detached || !file.eligible) {
      if (file.dirty && !file.incomplete && !file.detached) {
        spool.tally().ignored();
      }
      file.dirty = false;
      file.incomplete = false;
      releaseIfUnused(file);
    } else if (file.incomplete) {
      file.stopSettling();
      file.job = null;
      releaseIfUnused(file);
      spool.say(file.source(), "the upload was interrupted; waiting for the whole file");
    } else if (file.dirty) {
      finished(file);
    } else if (file.job != null) {
      settle(file);
    } else {
      releaseIfUnused(file);
    }
  }

  private void finished(InboxFile file) throws FsException {
    FileAttributes attributes = files.stat(absolute(file.path));
    if (attributes.type() != FileType.REGULAR || isBlank(file.path, attributes)) {
      file.dirty = false;
      unmark(file);
      if (file.job != null) {
        file.stopSettling();
        spool.cancel(file.job, "the file is empty");
        file.job = null;
      }
      releaseIfUnused(file);
      return;
    }
    if (file.taken < 0) {
      spool.quota().force(0);
      file.taken = 0;
    }
    long held = Math.max(file.taken, attributes.size());
    spool.quota().releaseBytes(file.taken - held); // a file that grew otherwise counts in full
    file.taken = -1;
    // In this order: the journal must not call a file half written that has been closed.
    unmark(file);
    Job job = spool.invalidate(file.source(), held, "waiting for the file to settle");
    file.job = job;
    file.revision = job.record().revision();
    file.dirty = false;
    settle(file);
  }

  /** Whether a small file is blank. A large one is looked at when it is read in full. */
  private boolean isBlank(VfsPath path, FileAttributes attributes) throws FsException {
    return attributes.size() == 0
        || (attributes.size() <= SMALL
            && RequestBuilder.isBlank(Files.read(files, absolute(path), SMALL)));
  }

  private void settle(InboxFile file) {
    file.stopSettling();
    Duration delay = file.renamedIn ? Duration.ZERO : settings.settle();
    file.settle = timers.schedule(delay, () -> settled(file));
  }

  private void settled(InboxFile file) {
    Job job;
    int revision;
    byte[] content;
    FileAttributes attributes;
    VfsPath path;
    structure.readLock().lock();
    try {
      synchronized (file) {
        job = file.job;
        if (job == null || file.detached || file.writers > 0 || file.dirty || file.incomplete) {
          return; // whoever ends that state begins to settle again
        }
        revision = file.revision;
        path = file.path;
        attributes = files.stat(absolute(path));
        long limit = settings.limits().forFile(path.name(), true);
        content = Files.read(files, absolute(path), limit);
        file.job = null;
        file.settle = null;
        file.renamedIn = false;
      }
      forgetIfIdle(file);
    } catch (FsException e) {
      failed(file, e);
      return;
    } finally {
      structure.readLock().unlock();
    }
    try {
      VfsPath directory = absolute(path).parentOrRoot();
      spool.accept(job, revision, content, attributes, () -> overrides.of(files, inbox, directory));
    } catch (FsException e) {
      warn(
          "a finished file cannot be accepted",
          e); // its status stays pending; a restart tries again
    }
  }

  private void failed(InboxFile file, FsException e) {
    Job job;
    synchronized (file) {
      job = file.job;
      file.job = null;
    }
    forgetIfIdle(file);
    try {
      if (job != null) {
        spool.cancel(
            job,
            e.errno() == Errno.ENOENT
                ? "the file was removed"
                : "the file cannot be read: " + e.getMessage());
      }
    } catch (FsException second) {
      warn("a job cannot be cancelled", second);
    }
  }

  /** A name is gone. The caller holds the structure lock for writing. */
  void removed(VfsPath path) throws FsException {
    detach(path);
    String source = path.toString().substring(1);
    Job job = spool.bySource(source);
    if (job == null) {
      return;
    }
    if (job.record().state() == JobState.PURGED) {
      spool.purge(job, false);
    } else if (!job.record().state().isEnded()) {
      cancelLater(path, job);
    }
  }

  /** The open file of a name is not that name's any more. */
  private void detach(VfsPath path) throws FsException {
    InboxFile file = open.remove(path);
    if (file == null) {
      return;
    }
    synchronized (file) {
      file.detached = true;
      file.stopSettling();
      file.job = null;
      unmark(file);
      releaseIfUnused(file);
    }
  }

  /**
   * Editors and lftp remove a file to put another in its place: the job has that long to be saved.
   */
  private void cancelLater(VfsPath path, Job job) {
    int revision = job.record().revision();
    timers.schedule(
        settings.settle(),
        () -> {
          structure.readLock().lock();
          try {
            JobRecord record = job.record();
            boolean replaced =
                open.containsKey(path)
                    || record.revision() != revision
                    || !record.source().equals(path.toString().substring(1))
                    || (record.state() != JobState.SETTLING && isThere(path));
            if (!replaced && !closed) {
              spool.cancel(job, "the file was removed");
            }
          } catch (FsException e) {
            warn("a job cannot be cancelled", e);
          } finally {
            structure.readLock().unlock();
          }
        });
  }

  /**
   * A file is about to get another name.
   *
   * @throws FsException if it would run under that name and must not: ENAMETOOLONG, EINVAL, EFBIG,
   *     EDQUOT
   */
  void checkRename(VfsPath from, VfsPath to, FileAttributes attributes) throws FsException {
    if (!eligibility.isEligible(to)) {
      return;
    }
    Eligibility.checkName(to);
    if (attributes.size() > settings.limits().forFile(to.name(), true)) {
      throw new FsException(Errno.EFBIG, to);
    }
    InboxFile file = open.get(from);
    Job old = spool.bySource(from.toString().substring(1));
    boolean hasPlace =
        (file != null && file.taken >= 0) || (old != null && !old.record().state().isEnded());
    if (!hasPlace) { // taken for good when the submission is made; nobody comes between
      spool.quota().takeJob();
      try {
        spool.quota().takeBytes(attributes.size());
        spool.quota().release(attributes.size());
      } catch (FsException e) {
        spool.quota().release(0);
        throw e;
      }
    }
  }

  /** A file has another name. The caller holds the structure lock for writing. */
  void renamed(VfsPath from, VfsPath to) throws FsException {
    detach(to);
    boolean ran = eligibility.isEligible(from);
    boolean runs = eligibility.isEligible(to);
    InboxFile file = open.remove(from);
    if (file != null) {
      synchronized (file) {
        file.path = to;
        file.eligible = runs;
        if (file.marked) {
          spool.store().unfinished(from.toString().substring(1), false);
          file.marked = false;
        }
        open.put(to, file);
      }
    }
    if (!runs) {
      if (ran) {
        leave(from, file);
      }
      return;
    }
    boolean moved = ran && spool.move(from.toString().substring(1), to.toString().substring(1));
    if (ran && file != null && file.incomplete) {
      synchronized (file) {
        mark(file);
      }
      return; // half a file has another name
    }
    boolean settles = file != null && (file.job != null || file.dirty);
    if (moved && !settles) {
      return; // the accepted content goes on under its new name
    }
    submit(to, !ran, moved);
  }

  private void leave(VfsPath from, @Nullable InboxFile file) throws FsException {
    if (file != null) {
      synchronized (file) {
        file.stopSettling();
        file.job = null;
        file.incomplete = false;
        releaseIfUnused(file);
      }
      forgetIfIdle(file);
    }
    Job job = spool.bySource(from.toString().substring(1));
    if (job != null && !job.record().state().isEnded()) {
      cancelLater(from, job);
    } else if (job != null && job.record().state() == JobState.PURGED) {
      spool.purge(job, false);
    }
  }

  /** Submits a file that nobody needs to write any more, as if it had just been written. */
  private void submit(VfsPath path, boolean renamedIn, boolean moved) throws FsException {
    InboxFile file = open.computeIfAbsent(path, key -> new InboxFile(key, true));
    synchronized (file) {
      file.renamedIn = renamedIn;
      file.incomplete = false;
      if (moved && file.job != null && !file.dirty) {
        if (file.writers == 0) {
          settle(file);
        }
        return;
      }
      file.dirty = true;
      if (file.writers > 0) {
        mark(file);
      }
      evaluate(file);
    }
    forgetIfIdle(file);
  }

  /** A directory has another name. The caller holds the structure lock for writing. */
  void directoryRenamed(VfsPath from, VfsPath to) throws FsException {
    for (VfsPath path : List.copyOf(open.keySet())) {
      if (path.startsWith(from) && !path.equals(from)) {
        InboxFile file = open.remove(path);
        if (file != null) {
          synchronized (file) {
            file.path = path.rebase(from, to);
            file.eligible = eligibility.isEligible(file.path);
            if (file.marked) {
              spool.store().unfinished(path.toString().substring(1), false);
              file.marked = false;
            }
            if (file.dirty || file.incomplete) {
              mark(file);
            }
            open.put(file.path, file);
          }
        }
      }
    }
    for (Job job : List.copyOf(spool.below(from.toString().substring(1)))) {
      VfsPath old = VfsPath.ROOT.resolveText(job.record().source());
      VfsPath path = old.rebase(from, to);
      if (!eligibility.isEligible(path)) {
        leave(old, open.get(path));
      } else if (!spool.move(job.record().source(), path.toString().substring(1))) {
        spool.moveWithDirectory(job, path.toString().substring(1));
      }
    }
    submitUnknown(to);
  }

  /** Submits the files below a directory that no job knows: they ran nowhere before. */
  private void submitUnknown(VfsPath directory) throws FsException {
    List<VfsPath> directories = new ArrayList<>();
    List<VfsPath> found = new ArrayList<>();
    list(directory, directories, (path, attributes) -> found.add(path));
    for (VfsPath path : found) {
      InboxFile file = open.get(path);
      if (spool.bySource(path.toString().substring(1)) == null
          && (file == null || file.writers == 0)) {
        submit(path, true, false);
      }
    }
    for (VfsPath below : directories) {
      submitUnknown(below);
    }
  }

  /** Takes an eligible regular file. */
  @FunctionalInterface
  private interface Found {
    void file(VfsPath path, FileAttributes attributes);
  }

  private void list(VfsPath directory, List<VfsPath> directories, Found found) throws FsException {
    try (OpenDirectory listing = files.openDirectory(absolute(directory))) {
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
                  && eligibility.isEligible(path)) {
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

  /**
   * Looks, at the start, what has happened to the inbox since the journal's last word: files that
   * were dropped, changed or removed meanwhile.
   *
   * @param unfinished files that were being written when the host ended
   */
  public void rescan(Iterable<String> unfinished) throws FsException {
    for (String source : unfinished) {
      VfsPath path = VfsPath.ROOT.resolveText(source);
      if (isThere(path)) {
        InboxFile file = open.computeIfAbsent(path, key -> new InboxFile(key, true));
        file.incomplete = true;
        file.marked = true;
        spool.say(source, "the upload was interrupted; waiting for the whole file");
      } else {
        spool.store().unfinished(source, false);
      }
    }
    rescan(VfsPath.ROOT);
  }

  private void rescan(VfsPath directory) throws FsException {
    List<VfsPath> directories = new ArrayList<>();
    List<VfsPath> changed = new ArrayList<>();
    list(
        directory,
        directories,
        (path, attributes) -> {
          Job job = spool.bySource(path.toString().substring(1));
          if (attributes.size() > 0
              && !open.containsKey(path)
              && (job == null
                  || job.record().state() == JobState.SETTLING
                  || !job.record().input().matches(attributes))) {
            changed.add(path);
          }
        });
    for (VfsPath path : changed) {
      Job job = spool.bySource(path.toString().substring(1));
      if (job == null || job.record().state() == JobState.SETTLING || !isSameContent(path, job)) {
        submit(path, false, false);
      }
    }
    for (VfsPath below : directories) {
      rescan(below);
    }
  }

  private boolean isSameContent(VfsPath path, Job job) throws FsException {
    long limit = settings.limits().forFile(path.name(), true);
    FileAttributes attributes = files.stat(absolute(path));
    return attributes.size() == job.record().input().bytes()
        && attributes.size() <= limit
        && Digests.sha256(Files.read(files, absolute(path), limit))
            .equals(job.record().input().sha256());
  }

  /** Whether a file is there. */
  public boolean isThere(String source) throws FsException {
    return isThere(VfsPath.ROOT.resolveText(source));
  }

  private boolean isThere(VfsPath path) throws FsException {
    try {
      return files.stat(absolute(path)).type() == FileType.REGULAR;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Submits a file again, as its present content is.
   *
   * @throws FsException ENOENT if it is not there
   */
  public void resubmit(String source) throws FsException {
    structure.readLock().lock();
    try {
      VfsPath path = VfsPath.ROOT.resolveText(source);
      if (!isThere(path)) {
        throw new FsException(Errno.ENOENT, path);
      }
      submit(path, true, false);
    } finally {
      structure.readLock().unlock();
    }
  }

  /** Files that were begun and not finished. */
  public List<String> incomplete() {
    return open.values().stream().filter(file -> file.incomplete).map(InboxFile::source).toList();
  }

  /** Lets nothing settle any more; a restart takes it up. */
  public void close() {
    closed = true;
    open.values()
        .forEach(
            file -> {
              synchronized (file) {
                file.stopSettling();
              }
            });
  }

  private void mark(InboxFile file) throws FsException {
    if (!file.marked && file.eligible) {
      spool.store().unfinished(file.source(), true);
      file.marked = true;
    }
  }

  private void unmark(InboxFile file) throws FsException {
    if (file.marked) {
      spool.store().unfinished(file.source(), false);
      file.marked = false;
    }
  }

  private void releaseIfUnused(InboxFile file) {
    if (file.taken >= 0 && file.writers == 0) {
      spool.quota().release(file.taken);
      file.taken = -1;
    }
  }

  private void forgetIfIdle(InboxFile file) {
    open.computeIfPresent(
        file.path,
        (key, known) -> {
          synchronized (known) {
            return known == file && known.isIdle() ? null : known;
          }
        });
  }

  private VfsPath absolute(VfsPath path) {
    return path.rebase(VfsPath.ROOT, inbox);
  }

  private void warn(String what, FsException e) {
    log.log(System.Logger.Level.WARNING, what + ": " + e.getMessage(), e.getCause());
  }
}
