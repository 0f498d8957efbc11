package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The job store on files: a log of everything, in segments. A save is one write at the end of the
 * last segment; many of them share one sync. Reading the log gives the newest state. When the log
 * is mostly history, the oldest segment's living entries are written again at its end, and the
 * segment goes.
 *
 * <p>Memory is some hundred bytes for each job; requests and answers stay on disk.
 */
public final class Journal implements JobStore {
  private static final int SEGMENT_BYTES = 64 << 20;
  private static final String SUFFIX = ".journal";

  private final FileSystem files;
  private final VfsPath directory;
  private final boolean durable;
  private final int segmentBytes;
  private final Consumer<String> unable;
  private final System.Logger log;
  private final Object lock = new Object();
  private final TreeMap<Integer, Segment> segments = new TreeMap<>();
  private final Index index = new Index();
  private final GroupCommit commits = new GroupCommit(this::syncHead);
  private long appended;
  private volatile long synced;
  private long total;
  private volatile long bytes; // the same, for who has not the lock
  private volatile @Nullable FsException broken;
  private boolean closed;

  /**
   * Opens the journal in a directory, which is made if it is missing.
   *
   * @param durable whether {@link #commit} waits for stable storage
   * @param unable hears once that nothing can be saved any more, and why
   */
  public Journal(
      FileSystem files,
      VfsPath directory,
      boolean durable,
      Consumer<String> unable,
      System.Logger log)
      throws FsException {
    this(files, directory, durable, unable, log, SEGMENT_BYTES);
  }

  Journal(
      FileSystem files,
      VfsPath directory,
      boolean durable,
      Consumer<String> unable,
      System.Logger log,
      int segmentBytes)
      throws FsException {
    this.files = files;
    this.directory = directory;
    this.durable = durable;
    this.unable = unable;
    this.log = log;
    this.segmentBytes = segmentBytes;
    Files.makeDirectories(files, directory);
    replay();
    if (durable) {
      // What the process before wrote and did not sync counts from now on. It need not be in the
      // last segment alone: that one may be full, and a relaxed journal has synced none.
      for (Segment segment : segments.values()) {
        segment.file().sync(true);
      }
    }
    if (segments.isEmpty() || segments.lastEntry().getValue().size() >= segmentBytes) {
      addSegment();
    }
    setBytes(segments.values().stream().mapToLong(Segment::size).sum());
  }

  private void replay() throws FsException {
    for (String name : Files.names(files, directory).stream().sorted().toList()) {
      if (!name.matches("[0-9]{8}" + SUFFIX)) {
        continue;
      }
      int number = Integer.parseInt(name.substring(0, 8));
      OpenFile file = files.open(directory.resolve(name), OpenOptions.READ_WRITE, 0);
      Segment segment = new Segment(number, file, 0);
      long cut = segment.replay((at, entry) -> index.apply(number, at, entry));
      if (cut > 0) {
        log.log(
            System.Logger.Level.WARNING,
            "journal segment {0}: {1} bytes after the last whole entry are dropped",
            name,
            cut);
      }
      segments.put(number, segment);
    }
  }

  @Override
  public Contents load() throws FsException {
    synchronized (lock) {
      List<byte[]> jobs = new ArrayList<>();
      for (String id : index.ids()) {
        Index.Location at = index.description(id);
        if (at != null) {
          jobs.add(segment(at).read(at.offset(), at.length()));
        }
      }
      return new Contents(jobs, index.unfinished());
    }
  }

  @Override
  public long save(String id, byte[] description, Map<Integer, byte[]> parts, boolean dropParts)
      throws FsException {
    synchronized (lock) {
      return append(Entry.job(id, description, dropParts, parts));
    }
  }

  @Override
  public long savePart(String id, int part, byte[] content) throws FsException {
    synchronized (lock) {
      return index.has(id) ? append(Entry.job(id, null, false, Map.of(part, content))) : appended;
    }
  }

  @Override
  public void delete(String id) throws FsException {
    synchronized (lock) {
      if (index.has(id)) {
        append(Entry.deleted(id));
      }
    }
  }

  @Override
  public void unfinished(String path, boolean is) throws FsException {
    synchronized (lock) {
      if (index.isUnfinished(path) != is) {
        append(Entry.file(path, is));
      }
    }
  }

  @Override
  public void commit(long save) throws FsException {
    if (durable && synced < save) {
      commits.await();
    }
  }

  private void syncHead() throws FsException {
    OpenFile head;
    long upTo;
    synchronized (lock) {
      check();
      head = segments.lastEntry().getValue().file();
      upTo = appended;
    }
    try {
      head.sync(true);
      synchronized (lock) {
        synced = Math.max(synced, upTo);
      }
    } catch (FsException e) {
      throw fail(e);
    }
  }

  @Override
  public byte @Nullable [] read(String id, int part) throws FsException {
    return readPiece(id, part, 0, -1);
  }

  @Override
  public byte[] read(String id, int part, int offset, int length) throws FsException {
    byte[] piece = readPiece(id, part, offset, length);
    if (piece == null) {
      throw new FsException(Errno.EIO, "the journal has no part " + part + " of " + id);
    }
    return piece;
  }

  private byte @Nullable [] readPiece(String id, int part, int offset, int length)
      throws FsException {
    while (true) {
      Index.Location at;
      Segment segment;
      synchronized (lock) {
        at = index.part(id, part);
        if (at == null) {
          return null;
        }
        segment = segment(at);
      }
      if (offset + length > at.length()) {
        throw new FsException(Errno.EIO, "the part is shorter than that");
      }
      try {
        return segment.read(at.offset() + offset, length < 0 ? at.length() : length);
      } catch (FsException e) {
        synchronized (lock) {
          if (at.equals(index.part(id, part))) {
            throw e;
          } // else it was cleaned away meanwhile and lies elsewhere now
        }
      }
    }
  }

  @Override
  public Set<Integer> parts(String id) {
    synchronized (lock) {
      return index.parts(id);
    }
  }

  @Override
  public long size() {
    return bytes;
  }

  private void setBytes(long now) {
    total = now;
    bytes = now;
  }

  @Override
  public void close() throws FsException {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      if (durable && broken == null) {
        segments.lastEntry().getValue().file().sync(true);
      }
      for (Segment segment : segments.values()) {
        segment.file().close();
      }
    }
  }

  private long append(Entry entry) throws FsException {
    check();
    if (segments.lastEntry().getValue().size() >= segmentBytes) {
      rotate();
    }
    return write(entry);
  }

  private long write(Entry entry) throws FsException {
    Segment head = segments.lastEntry().getValue();
    Entry.Encoded encoded = entry.encode();
    long before = head.size();
    try {
      long at = head.append(encoded.bytes());
      index.apply(head.number(), at, encoded);
      appended += encoded.bytes().length;
      setBytes(total + encoded.bytes().length);
      return appended;
    } catch (FsException e) {
      try {
        head.file().truncate(before); // no space, perhaps: the next save may find some
      } catch (FsException second) {
        e.addSuppressed(second);
        fail(e);
      }
      throw e;
    }
  }

  private void rotate() throws FsException {
    try {
      if (durable) {
        segments.lastEntry().getValue().file().sync(true);
        synced = appended;
      }
      addSegment();
      while (segments.size() > 2 && size() > 2 * index.liveBytes() + 2L * segmentBytes) {
        cleanOldest();
      }
    } catch (FsException e) {
      throw fail(e);
    }
  }

  private void addSegment() throws FsException {
    int number = segments.isEmpty() ? 1 : segments.lastKey() + 1;
    OpenFile file =
        files.open(
            path(number), new OpenOptions(true, true, false, true, true, false, false), 0600);
    segments.put(number, new Segment(number, file, 0));
    if (durable) {
      Files.syncDirectory(files, directory);
    }
  }

  /** Nothing is older than the oldest segment, so what it says was deleted need not be said on. */
  private void cleanOldest() throws FsException {
    Segment oldest = segments.firstEntry().getValue();
    for (String id : index.ids()) {
      Index.Location description = index.description(id);
      boolean moves = description != null && description.segment() == oldest.number();
      Map<Integer, byte[]> parts = new HashMap<>();
      for (int part : index.parts(id)) {
        Index.Location at = index.part(id, part);
        if (at != null && at.segment() == oldest.number()) {
          parts.put(part, oldest.read(at.offset(), at.length()));
        }
      }
      if (moves || !parts.isEmpty()) {
        byte[] bytes =
            moves && description != null
                ? oldest.read(description.offset(), description.length())
                : null;
        write(Entry.job(id, bytes, false, parts));
      }
    }
    for (String path : index.unfinished()) {
      if (index.isUnfinishedIn(path, oldest.number())) {
        write(Entry.file(path, true));
      }
    }
    if (durable) {
      segments.lastEntry().getValue().file().sync(true);
      synced = appended;
    }
    files.unlink(path(oldest.number()));
    segments.remove(oldest.number());
    setBytes(total - oldest.size());
    oldest.file().close();
  }

  private Segment segment(Index.Location at) throws FsException {
    Segment segment = segments.get(at.segment());
    if (segment == null) {
      throw new FsException(Errno.EIO, "the journal lost a segment");
    }
    return segment;
  }

  private VfsPath path(int number) throws FsException {
    return directory.resolve("%08d%s".formatted(number, SUFFIX));
  }

  private void check() throws FsException {
    FsException failure = broken;
    if (failure != null) {
      throw new FsException(Errno.EIO, "the journal failed before: " + failure.getMessage());
    }
    if (closed) {
      throw new FsException(Errno.EIO, "the journal is closed");
    }
  }

  /**
   * After a failed write or sync nobody knows what is on disk, and a second sync would not tell:
   * Linux reports a failed write-back once.
   */
  private FsException fail(FsException cause) {
    if (broken == null) {
      broken = cause;
      log.log(
          System.Logger.Level.ERROR, "the journal cannot be written: nothing is accepted", cause);
      unable.accept(
          "the journal cannot be written (%s); mend it, then mount it again"
              .formatted(cause.getMessage()));
    }
    return cause;
  }
}
