package dev.warren.gptfs.tree;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.Waits;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticNode;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.work.Spool;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code wait/NAME}: its open blocks until the newest revision of that job ends. Names can be
 * looked up but are not listed, so that a search through the tree does not wait for every job.
 */
final class WaitDirectory {
  /** Represents each file in the tree; {@link #open} opens the answers. */
  private static final SyntheticFile SHOWN = SyntheticFile.text(() -> "");

  private final Spool spool;
  private final FileSystem files;
  private volatile boolean closed;

  WaitDirectory(Spool spool, FileSystem files) {
    this.spool = spool;
    this.files = files;
  }

  /** The directory, and those below it that mirror the inbox. */
  SyntheticDirectory directory() {
    return directory("");
  }

  private SyntheticDirectory directory(String prefix) {
    return SyntheticDirectory.computed(() -> new Known(prefix));
  }

  /** Ends all waits with EIO. */
  void close() {
    closed = true;
    for (Job job : spool.open()) {
      if (job.lock().tryLock()) {
        signal(job);
      } else {
        Thread.ofVirtual()
            .start(
                () -> {
                  job.lock().lock(); // held by a thread that may wait for the database
                  signal(job);
                });
      }
    }
  }

  /** Wakes the waiting threads, and unlocks the job. */
  private static void signal(Job job) {
    try {
      job.changed().signalAll();
    } finally {
      job.lock().unlock();
    }
  }

  private final class Known extends AbstractMap<String, SyntheticNode> {
    private final String prefix;

    Known(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public @Nullable SyntheticNode get(@Nullable Object key) {
      String name = prefix + key;
      try {
        // If a directory with jobs has the same name, the job is found by its file's whole name.
        if (job(name) != null && !spool.isAbove(name)) {
          return SHOWN;
        }
        return files.stat(Layout.INBOX.resolveText(name)).isDirectory()
            ? directory(name + "/")
            : null;
      } catch (FsException e) {
        return null; // there is no such job or directory, whatever the reason
      }
    }

    @Override
    public Set<Map.Entry<String, SyntheticNode>> entrySet() {
      return Set.of();
    }
  }

  private @Nullable Job job(String name) throws FsException {
    Job job = spool.find(name);
    return job == null || job.record().state() == JobState.PURGED ? null : job;
  }

  /**
   * Waits until a job has ended, and opens its answer in the outbox for reading. The answer is not
   * loaded into memory.
   *
   * @param shown the attributes that clients see before the open
   * @return null if the path is a directory
   * @throws FsException EIO if the job ended without an answer, or the instance is closed
   */
  @Nullable OpenFile open(VfsPath path, FileAttributes shown) throws FsException {
    Job job = job(path.rebase(Layout.WAIT, VfsPath.ROOT).toString().substring(1));
    if (shown.isDirectory()) {
      return null;
    }
    if (job == null) {
      throw new FsException(Errno.ENOENT, path); // it was removed since it was shown
    }
    while (true) {
      VfsPath result = await(job);
      if (result != null) {
        OpenFile answer = files.open(result, OpenOptions.READ, 0);
        spool.looks().at(job);
        return new WaitedFile(answer, shown);
      }
      // The object was lost to another host, and another object represents the job now.
      job = spool.bySource(job.record().source());
      if (job == null) {
        throw new FsException(Errno.ENOENT, path);
      }
    }
  }

  /** The path of the answer, once the job has ended; null if this object of the job was lost. */
  private @Nullable VfsPath await(Job job) throws FsException {
    job.lock().lock();
    try {
      Waits.until(job.lock(), job.changed(), () -> isOver(job) || closed);
      if (!isOver(job)) {
        throw new FsException(Errno.EIO, "the file system is closed");
      }
      return spool.isNewest(job) ? result(job) : null;
    } finally {
      job.lock().unlock();
    }
  }

  private static boolean isOver(Job job) {
    return job.record().state().isEnded() || job.isRemoved();
  }

  private static VfsPath result(Job job) throws FsException {
    JobRecord record = job.record();
    if (record.state() != JobState.COMPLETED) {
      throw new FsException(Errno.EIO, record.state().word() + ": " + record.message());
    }
    Names kind = record.batch() ? Names.OUTPUT : Names.RESPONSE;
    return kind.path(Layout.OUTBOX, record.base());
  }
}
