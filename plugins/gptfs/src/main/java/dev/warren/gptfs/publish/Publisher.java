package dev.warren.gptfs.publish;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.publish.StatusDocument.Streaming;
import dev.warren.gptfs.store.Files;
import dev.warren.gptfs.store.GroupCommit;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Publishes files in the outbox: writes and syncs them under a temporary name, renames them, and
 * syncs the directory. A reader sees no file, the old one or the new one, always complete.
 * Thread-safe; the steps of one job are ordered by its lock.
 */
public final class Publisher {
  /**
   * How many revisions are kept, so that a file which is rewritten often does not fill the disk.
   */
  private static final int KEPT_REVISIONS = 10;

  private static final int MAX_STATUS = 1 << 20;

  /** The largest content that is copied to replace a file at once, in bytes. */
  private static final int AT_ONCE = 1 << 20;

  private static final int PERMISSIONS = 0444;
  private static final OpenOptions NEW =
      new OpenOptions(false, true, false, true, true, false, false);

  private final FileSystem files;
  private final VfsPath outbox;
  private final VfsPath temporary;
  private final boolean durable;
  private final InstantSource clock;
  private final String prefix;
  private final AtomicLong names = new AtomicLong();
  private volatile boolean replaces = true;
  private final ConcurrentHashMap<VfsPath, GroupCommit> directories = new ConcurrentHashMap<>();

  /**
   * A publisher. Creates the two directories, and removes leftovers from the second.
   *
   * @param outbox where files appear
   * @param temporary where they are written, in the same file system
   * @param durable whether published files survive a power cut
   * @param prefix the prefix of the temporary names, different on each host that shares the files
   * @param isLeft whether a temporary name is left over from a process that is gone
   */
  public Publisher(
      FileSystem files,
      VfsPath outbox,
      VfsPath temporary,
      boolean durable,
      String prefix,
      Predicate<String> isLeft,
      InstantSource clock)
      throws FsException {
    this.files = files;
    this.outbox = outbox;
    this.temporary = temporary;
    this.durable = durable;
    this.prefix = prefix;
    this.clock = clock;
    Files.makeDirectories(files, outbox);
    Files.makeDirectories(files, temporary);
    for (String name : Files.names(files, temporary)) {
      if (isLeft.test(name)) {
        boolean _ = Files.removeIfThere(files, temporary.resolve(name));
      }
    }
  }

  private VfsPath unused() throws FsException {
    return temporary.resolve(prefix + names.incrementAndGet());
  }

  /**
   * Publishes a job's status.
   *
   * @param held why the job's endpoint is held; null if the job does not wait for that
   * @param lasting whether the status must survive a power cut; one that will change need not
   */
  public void status(
      JobRecord job, @Nullable Streaming streaming, @Nullable String held, boolean lasting)
      throws FsException {
    Content content = Content.of(StatusDocument.of(job, streaming, held, clock.instant()));
    VfsPath target = Names.STATUS.path(outbox, job.base());
    publish(content, target, lasting);
  }

  /**
   * Publishes an answer, first under the name of its revision, then under its own. A file of the
   * same size that an earlier process has published for this revision is kept.
   *
   * @param fresh whether this revision cannot have been published before
   */
  public void answer(JobRecord job, Names kind, Content content, boolean fresh) throws FsException {
    VfsPath revision = kind.revision(outbox, job.base(), job.revision());
    VfsPath target = kind.path(outbox, job.base());
    FileAttributes there = fresh ? null : find(revision);
    if (there == null || there.size() != content.size()) {
      publish(content, revision, true);
    }
    if (fresh || !isSameFile(revision, target)) {
      linkOrWrite(revision, content, target);
      sync(target.parentOrRoot());
    }
    if (job.revision() > KEPT_REVISIONS) {
      Files.removeIfThere(
          files, kind.revision(outbox, job.base(), job.revision() - KEPT_REVISIONS));
    }
  }

  /** Publishes the whole response of an endpoint; not under the name of its revision. */
  public void document(String base, byte[] content) throws FsException {
    VfsPath target = Names.DOCUMENT.path(outbox, base);
    publish(Content.of(content), target, true);
  }

  /** Receives lines. */
  @FunctionalInterface
  public interface Line {
    /** Receives a line, without its line end. */
    void take(byte[] line) throws FsException;
  }

  /** Reads the lines of one revision of a published file; none if it does not exist any more. */
  public void lines(JobRecord job, Names kind, int revision, Line taker) throws FsException {
    VfsPath path = kind.revision(outbox, job.base(), revision);
    if (find(path) == null) {
      return;
    }
    OpenFile file = files.open(path, OpenOptions.READ, 0);
    try {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      for (long at = 0; file.read(buffer, at) > 0; buffer.clear()) {
        at += buffer.flip().remaining();
        while (buffer.hasRemaining()) {
          byte b = buffer.get();
          if (b != '\n') {
            line.write(b);
          } else {
            taker.take(line.toByteArray());
            line.reset();
          }
        }
      }
    } finally {
      file.close();
    }
  }

  /** Removes a job's answers, except those under the names of revisions. */
  public void withdraw(JobRecord job) throws FsException {
    if (job.batch()) {
      Files.removeIfThere(files, Names.OUTPUT.path(outbox, job.base()));
      Files.removeIfThere(files, Names.ERRORS.path(outbox, job.base()));
    } else {
      Files.removeIfThere(files, Names.RESPONSE.path(outbox, job.base()));
      if (job.revision() > 1) { // the first revision has none, and each check has a cost
        Files.removeIfThere(files, Names.DOCUMENT.path(outbox, job.base()));
      }
    }
  }

  /** Writes the next text, at a byte offset, to the file that shows a stream. */
  public void partial(String base, String text, long offset) throws FsException {
    VfsPath path = Names.PARTIAL.path(outbox, base);
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    OpenOptions options = offset == 0 ? OpenOptions.REPLACE : OpenOptions.WRITE;
    OpenFile file;
    try {
      file = files.open(path, options, 0644);
    } catch (FsException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      makeDirectories(path.parentOrRoot());
      file = files.open(path, OpenOptions.REPLACE, 0644);
    }
    try {
      Files.writeFully(file, bytes, offset);
    } finally {
      file.close();
    }
  }

  /** Removes the file that showed a stream. */
  public void endPartial(String base) throws FsException {
    Files.removeIfThere(files, Names.PARTIAL.path(outbox, base));
  }

  /** Removes everything that was published for a job. */
  public void remove(JobRecord job) throws FsException {
    for (Names kind : Names.values()) {
      Files.removeIfThere(files, kind.path(outbox, job.base()));
    }
    removeRevisions(job);
  }

  /** Whether a job's status is published as it is, apart from its time and a stream's progress. */
  public boolean isPublished(JobRecord job, @Nullable String held) throws FsException {
    VfsPath path = Names.STATUS.path(outbox, job.base());
    return find(path) != null
        && StatusDocument.isSame(
            Files.read(files, path, MAX_STATUS),
            StatusDocument.of(job, null, held, clock.instant()));
  }

  /** Removes the status of a job that no longer exists. */
  public void removeStatus(String base) throws FsException {
    Files.removeIfThere(files, Names.STATUS.path(outbox, base));
  }

  /** Removes what was published under the names of revisions. */
  public void removeRevisions(JobRecord job) throws FsException {
    int first = Math.max(1, job.revision() - KEPT_REVISIONS);
    for (int revision = first; revision <= job.revision(); revision++) {
      Files.removeIfThere(files, Names.RESPONSE.revision(outbox, job.base(), revision));
      Files.removeIfThere(files, Names.OUTPUT.revision(outbox, job.base(), revision));
      Files.removeIfThere(files, Names.ERRORS.revision(outbox, job.base(), revision));
    }
  }

  /** Whether a file is published. */
  public boolean isThere(Names kind, String base) throws FsException {
    return find(kind.path(outbox, base)) != null;
  }

  /**
   * The completed job of a file, as its published status shows it; empty if there is none.
   *
   * @param base the status's name in the outbox, without its suffix
   */
  public Optional<Completed> completed(String source, String base) throws FsException {
    VfsPath path = Names.STATUS.path(outbox, base);
    if (find(path) == null) {
      return Optional.empty();
    }
    return Json.object(Files.read(files, path, MAX_STATUS))
        .filter(status -> ("inbox/" + source).equals(Json.text(status, "source")))
        .filter(status -> JobState.COMPLETED.word().equals(Json.text(status, "status")))
        .map(
            status ->
                new Completed(
                    base,
                    Math.toIntExact(Json.number(status, "revision")),
                    Json.number(status, "bytes"),
                    String.valueOf(Json.text(status, "sha256"))));
  }

  /** A content that has an answer, as described by its status. */
  public record Completed(String base, int revision, long bytes, String sha256) {}

  /**
   * Makes a content appear in the outbox, in place of an older one.
   *
   * @param lasting whether it must survive a power cut
   */
  private void publish(Content content, VfsPath target, boolean lasting) throws FsException {
    if (replaces && content.size() <= AT_ONCE) {
      try {
        inDirectory(target, () -> files.replace(target, joined(content), PERMISSIONS));
        return;
      } catch (FsException e) {
        if (e.errno() != Errno.EOPNOTSUPP) {
          throw e;
        }
        replaces = false;
      }
    }
    place(write(content, lasting), target);
    if (lasting) {
      sync(target.parentOrRoot());
    }
  }

  private static ByteBuffer joined(Content content) throws FsException {
    try {
      return content.joined();
    } catch (UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  /** The reason for which a piece of a content cannot be read from the store. */
  private static FsException unreadable(UncheckedIOException e) {
    return e.getCause() instanceof FsException cause
        ? cause
        : new FsException(Errno.EIO, "the jobs cannot be read", e);
  }

  private VfsPath write(Content content, boolean lasting) throws FsException {
    VfsPath path = unused();
    OpenFile file = files.open(path, NEW, PERMISSIONS);
    try {
      long at = 0;
      for (byte[] piece : content.pieces()) {
        Files.writeFully(file, ByteBuffer.wrap(piece), at);
        at += piece.length;
      }
      if (durable && lasting) {
        file.sync(true);
      }
    } catch (FsException e) {
      throw abandoned(file, path, e);
    } catch (UncheckedIOException e) {
      throw abandoned(file, path, unreadable(e));
    }
    file.close();
    return path;
  }

  private FsException abandoned(OpenFile file, VfsPath path, FsException reason)
      throws FsException {
    file.abort(reason);
    Files.removeIfThere(files, path);
    return reason;
  }

  /** Links a published file to one more name; writes it again where that is not supported. */
  private void linkOrWrite(VfsPath existing, Content content, VfsPath target) throws FsException {
    try {
      try {
        files.link(existing, target);
      } catch (FsException e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
        VfsPath path = unused();
        files.link(existing, path);
        place(path, target);
      }
    } catch (FsException e) {
      switch (e.errno()) {
        case EOPNOTSUPP, EPERM, EMLINK, ENOSYS, ENOENT -> place(write(content, true), target);
        default -> throw e;
      }
    }
  }

  private void place(VfsPath from, VfsPath to) throws FsException {
    try {
      inDirectory(to, () -> files.rename(from, to, true));
    } catch (FsException e) {
      Files.removeIfThere(files, from);
      throw e;
    }
  }

  /** A change of a name in the outbox. */
  private interface Change {
    void run() throws FsException;
  }

  /** Makes a change of a path, whose directory may have to be created. */
  private void inDirectory(VfsPath path, Change change) throws FsException {
    try {
      change.run();
    } catch (FsException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      makeDirectories(path.parentOrRoot());
      change.run();
    }
  }

  /** Creates a directory of the outbox that survives a power failure together with its files. */
  private void makeDirectories(VfsPath directory) throws FsException {
    Files.makeDirectories(files, directory);
    for (VfsPath p = directory; p.startsWith(outbox) && !p.equals(outbox); p = p.parentOrRoot()) {
      sync(p.parentOrRoot());
    }
  }

  private @Nullable FileAttributes find(VfsPath path) throws FsException {
    try {
      return files.stat(path);
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  private boolean isSameFile(VfsPath a, VfsPath b) throws FsException {
    FileAttributes first = find(a);
    FileAttributes second = find(b);
    return first != null && second != null && first.fileId() == second.fileId();
  }

  private void sync(VfsPath directory) throws FsException {
    if (durable) {
      directories
          .computeIfAbsent(
              directory, path -> new GroupCommit(() -> Files.syncDirectory(files, path)))
          .await();
    }
  }
}
