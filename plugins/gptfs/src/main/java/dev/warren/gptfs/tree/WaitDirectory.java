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
 * {@code wait/NAME}: to open it waits until the newest revision of that job ends. Names are known
 * but not listed, so that nobody waits by listing a tree or searching through it.
 */
final class WaitDirectory {
  /** What stands in the tree for each; {@link #open} opens the files. */
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

  /** Lets nobody wait any more. */
  void close() {
    closed = true;
    for (Job job : spool.open()) {
      job.lock().lock();
      try {
        job.changed().signalAll();
      } finally {
        job.lock().unlock();
      }
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
        // A job whose name a directory with jobs has is reached by the whole name of its file, too.
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
   * Opens a file of the directory for reading, once its job has ended: the answer as it lies in the
   * outbox, which may be longer than the memory.
   *
   * @param shown what clients see of the file before
   * @return null if the path is none of the directory's files
   */
  @Nullable OpenFile open(VfsPath path, FileAttributes shown) throws FsException {
    Job job = job(path.rebase(Layout.WAIT, VfsPath.ROOT).toString().substring(1));
    if (job == null || shown.isDirectory()) {
      return null;
    }
    while (true) {
      VfsPath result = await(job);
      if (result != null) {
        OpenFile answer = files.open(result, OpenOptions.READ, 0);
        spool.looks().at(job);
        return new WaitedFile(answer, shown);
      }
      // Another host has it, and another object stands for it here.
      job = spool.bySource(job.record().source());
      if (job == null) {
        throw new FsException(Errno.ENOENT, path);
      }
    }
  }

  /** Null if another object stands for the job by now. */
  private @Nullable VfsPath await(Job job) throws FsException {
    job.lock().lock();
    try {
      Waits.until(job.lock(), job.changed(), () -> isOver(job) || closed);
      if (!isOver(job)) {
        throw new FsException(Errno.EIO, "the file system is closed");
      }
      return job.isLost() ? null : result(job);
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
