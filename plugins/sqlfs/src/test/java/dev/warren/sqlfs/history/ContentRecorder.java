package dev.warren.sqlfs.history;

import static dev.warren.testkit.TestFiles.path;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.sqlfs.history.ContentHistory.End;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Replaces and reads files, and records these calls. Thread-safe. */
public final class ContentRecorder {
  /** A file that no client has open for long. */
  private static final String SELDOM_OPEN = "/f";

  /** A file that a client of each host has open all the time. */
  private static final String ALWAYS_OPEN = "/g";

  /** A file that is replaced by a rename; the others are emptied and written. */
  private static final String RENAMED = "/renamed";

  private static final List<String> FILES = List.of(SELDOM_OPEN, ALWAYS_OPEN, RENAMED);

  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Queue<ContentHistory.Write> writes = new ConcurrentLinkedQueue<>();
  private final Queue<ContentHistory.Read> reads = new ConcurrentLinkedQueue<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger failed = new AtomicInteger();

  /** One for each host and file: only one client of a host at a time writes to a file. */
  private final List<Lock> locks =
      Stream.<Lock>generate(ReentrantLock::new).limit(2L * FILES.size()).toList();

  /** Creates a recorder of an empty history. */
  public ContentRecorder() {}

  /**
   * Gives each file its first content, and opens the file that stays open on each host.
   *
   * @return the open files, which the caller closes
   */
  public List<OpenFile> begin(List<FileSystem> hosts, Random random) throws FsException {
    for (int file = 0; file < FILES.size(); file++) {
      write(0, hosts.getFirst(), file, random, false);
    }
    List<OpenFile> open = new ArrayList<>();
    for (FileSystem fs : hosts) {
      open.add(fs.open(path(ALWAYS_OPEN), OpenOptions.READ, 0));
    }
    return open;
  }

  /** Replaces or reads a file on a host. */
  public void act(int host, FileSystem fs, Random random) {
    int file = random.nextInt(FILES.size());
    if (random.nextInt(3) == 0) {
      Lock lock = locks.get(2 * file + host);
      lock.lock();
      try {
        write(host, fs, file, random, random.nextInt(8) == 0);
      } finally {
        lock.unlock();
      }
    } else {
      read(host, fs, file);
    }
  }

  /** Reads all files on a host. */
  public void readAll(int host, FileSystem fs) {
    for (int file = 0; file < FILES.size(); file++) {
      read(host, fs, file);
    }
  }

  private void read(int host, FileSystem fs, int index) {
    String name = FILES.get(index);
    long start = clock.incrementAndGet();
    ByteBuffer buffer = ByteBuffer.allocate(FileContent.MOST_BYTES + Long.BYTES);
    try (OpenFile file = fs.open(path(name), OpenOptions.READ, 0)) {
      int _ = file.read(buffer, 0);
    } catch (FsException e) {
      failure(e, "reading " + name);
      return;
    }
    long end = clock.incrementAndGet();
    try {
      reads.add(new ContentHistory.Read(host, name, FileContent.read(buffer.flip()), start, end));
    } catch (IllegalArgumentException e) {
      faults.add(
          "host %d read of %s from %d to %d: %s".formatted(host, name, start, end, e.getMessage()));
    }
  }

  private void write(int host, FileSystem fs, int index, Random random, boolean isGivenUp) {
    String name = FILES.get(index);
    int number = numbers.incrementAndGet();
    long start = clock.incrementAndGet();
    if (name.equals(RENAMED)) {
      renameOver(host, fs, name, number, random);
      return;
    }
    try (Publication publication = new Publication(host, name, number, start)) {
      OpenFile file = fs.open(path(name), OpenOptions.REPLACE, 0644);
      try {
        fill(file, number, random);
        if (isGivenUp) {
          throw new FsException(Errno.ECONNRESET, "the client is gone");
        }
      } catch (FsException e) {
        file.abort(e);
        throw e;
      }
      publication.begin();
      if (random.nextInt(4) == 0) {
        sync(file);
      }
      file.close();
      publication.done();
    } catch (FsException e) {
      failure(e, "writing " + name);
    }
  }

  /** Syncs a file; if that fails, aborts it, as a client does. */
  private static void sync(OpenFile file) throws FsException {
    try {
      file.sync(false);
    } catch (FsException e) {
      file.abort(e);
      throw e;
    }
  }

  private void renameOver(int host, FileSystem fs, String name, int number, Random random) {
    String temporary = "/new-" + number;
    try (Publication publication = new Publication(host, name, number, Long.MAX_VALUE)) {
      try (OpenFile file = fs.open(path(temporary), OpenOptions.REPLACE, 0644)) {
        fill(file, number, random);
      }
      publication.begin();
      fs.rename(path(temporary), path(name), true);
      publication.done();
    } catch (FsException e) {
      failure(e, "replacing " + name);
    }
  }

  private static void fill(OpenFile file, int number, Random random) throws FsException {
    ByteBuffer content = FileContent.bytes(number);
    int length = content.limit();
    while (content.position() < length) {
      int piece = Long.BYTES * (1 + random.nextInt(length / Long.BYTES));
      content.limit(Math.min(length, content.position() + piece));
      int _ = file.write(content, content.position());
    }
  }

  /** A write, which is recorded when it has ended, whatever its result. */
  private final class Publication implements AutoCloseable {
    private final int host;
    private final String file;
    private final int number;
    private final long start;
    private long publishing;
    private End how = End.GIVEN_UP;

    Publication(int host, String file, int number, long start) {
      this.host = host;
      this.file = file;
      this.number = number;
      this.start = start;
    }

    void begin() {
      publishing = clock.incrementAndGet();
      how = End.UNKNOWN;
    }

    void done() {
      how = End.PUBLISHED;
    }

    @Override
    public void close() {
      writes.add(
          new ContentHistory.Write(
              host, file, number, start, publishing, clock.incrementAndGet(), how));
    }
  }

  /** Handles an error: ECONNRESET follows an abort by the test, EIO a connection that was cut. */
  private void failure(FsException e, String situation) {
    switch (e.errno()) {
      case ECONNRESET -> {}
      case EIO -> failed.incrementAndGet();
      default -> faults.add("%s: %s".formatted(situation, e));
    }
  }

  /** How many calls have failed because the database failed. */
  public int failed() {
    return failed.get();
  }

  /** Returns null if the history is valid. */
  public @Nullable String problem() {
    return faults.isEmpty()
        ? ContentHistory.problem(List.copyOf(writes), List.copyOf(reads))
        : String.join("\n", faults);
  }
}
