package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of a synthetic tree: what happens when it is read, and when it is written. Immutable.
 *
 * <p>Content that is computed has size 0 and version 0 until it is opened, as under /proc: nobody
 * knows its length before, and nobody may cache it. An open file tells the size of what its reader
 * sees.
 */
public final class SyntheticFile implements SyntheticNode {
  /** How much a client may write into one open file unless told otherwise, in bytes. */
  public static final int DEFAULT_MAX_WRITE = 64 * 1024;

  private final @Nullable ReadSide readSide;
  private final @Nullable WriteSide writeSide;
  private final @Nullable Integer permissions;
  private final boolean immediate;

  private SyntheticFile(
      @Nullable ReadSide readSide,
      @Nullable WriteSide writeSide,
      @Nullable Integer permissions,
      boolean immediate) {
    this.readSide = readSide;
    this.writeSide = writeSide;
    this.permissions = permissions;
    this.immediate = immediate;
  }

  private static SyntheticFile read(ReadSide readSide) {
    return new SyntheticFile(readSide, null, null, false);
  }

  /** A file whose text never changes. It has a size and may be cached. */
  public static SyntheticFile constant(String text) {
    byte[] content = text.getBytes(UTF_8);
    return read(new ReadSide.Constant(content)).immediate();
  }

  /**
   * A file whose text, as UTF-8, is computed once for each open: a reader sees one state of things
   * however many reads it takes, and a source that loses what it tells is asked once.
   */
  public static SyntheticFile text(Source<String> text) {
    return bytes(() -> text.get().getBytes(UTF_8));
  }

  /** As {@link #text}; the array is the file's from then on. */
  public static SyntheticFile bytes(Source<byte[]> content) {
    return read(new ReadSide.Computed(content));
  }

  /** A file that grows, such as a log: it has a size and may be followed, but not cached. */
  public static SyntheticFile growing(GrowingContent content) {
    return read(new ReadSide.Growing(content)).immediate();
  }

  /**
   * A file that is read as its content comes about, each open on its own stream. It is read from
   * its beginning on: an offset that was passed is ESPIPE, one beyond what was read is the end.
   */
  public static SyntheticFile stream(Source<? extends SyntheticStream> stream) {
    return read(new ReadSide.Streamed(stream));
  }

  /**
   * A file for commands, one a line, in UTF-8. What a client writes is kept, and acted on line by
   * line when the client closes the file; not when the client was lost, and not when a write
   * failed. Empty lines are left out. An error ends it there and is the close's answer.
   */
  public static SyntheticFile command(Sink<String> action) {
    return new SyntheticFile(null, WriteSide.lines(null, action, DEFAULT_MAX_WRITE), null, false);
  }

  /**
   * As {@link #command(Sink)}, with a check of each line as soon as it is complete (a last line
   * without an end when the file is closed): its error is the write's answer. Some clients, the
   * Linux kernel's 9P client among them, do not tell a program how a close went.
   *
   * @param check throws an FsException for a line that cannot be acted on, and changes nothing
   */
  public static SyntheticFile command(Sink<String> check, Sink<String> action) {
    return new SyntheticFile(null, WriteSide.lines(check, action, DEFAULT_MAX_WRITE), null, false);
  }

  /**
   * A file for orders, one a line, in UTF-8, each of which is carried out before the write returns
   * that completes it: its error is the write's answer, and nothing more is taken from that open
   * file. A last line without an end is carried out when the client closes the file, not when the
   * client was lost. Empty lines are left out.
   *
   * <p>A line is carried out once, also where a client writes it again from its cache; to write
   * something else over it is EINVAL. After a truncation to nothing all lines are new ones.
   */
  public static SyntheticFile orders(Sink<String> order) {
    return new SyntheticFile(null, WriteSide.orders(order, DEFAULT_MAX_WRITE), null, false);
  }

  /**
   * A file that takes all that a client has written as one, when the client closes it; not when the
   * client was lost, wrote nothing, or a write failed.
   */
  public static SyntheticFile receiver(Sink<byte[]> action) {
    return new SyntheticFile(null, WriteSide.whole(action, DEFAULT_MAX_WRITE), null, false);
  }

  /** The same file for reading, and for writing what another one takes. */
  public SyntheticFile writtenAs(SyntheticFile other) {
    return new SyntheticFile(readSide, other.writeSide, permissions, immediate);
  }

  /**
   * The same file with another bound to what one client may write; more is EFBIG.
   *
   * @param bytes at least 1
   * @throws IllegalStateException if the file cannot be written
   */
  public SyntheticFile withMaxWrite(int bytes) {
    if (writeSide == null) {
      throw new IllegalStateException("nobody writes this file");
    }
    return new SyntheticFile(readSide, writeSide.withMaxBytes(bytes), permissions, immediate);
  }

  @Override
  public SyntheticFile withPermissions(int bits) {
    return new SyntheticFile(readSide, writeSide, bits & 0777, immediate);
  }

  @Override
  public SyntheticFile immediate() {
    return new SyntheticFile(readSide, writeSide, permissions, true);
  }

  /** Unless given, 0444, 0200 or 0644 as the file can be read, written or both. */
  @Override
  public int permissions() {
    if (permissions != null) {
      return permissions;
    }
    return writeSide == null ? 0444 : readSide == null ? 0200 : 0644;
  }

  boolean isReadable() {
    return readSide != null;
  }

  boolean isWritable() {
    return writeSide != null;
  }

  /** Whether to open the file may wait. */
  boolean waitsToOpen(boolean forReading) {
    return forReading && !immediate && !(readSide instanceof ReadSide.Constant);
  }

  /** Whether to write to the open file may wait. */
  boolean waitsToWrite() {
    return !immediate && writeSide != null && writeSide.lines() != null;
  }

  /** Begins to read a file that {@link #isReadable()}. */
  Reading openReading() throws FsException {
    return Objects.requireNonNull(readSide).open();
  }

  /** Begins to write a file that {@link #isWritable()}. */
  Writing openWriting() {
    return new Writing(Objects.requireNonNull(writeSide));
  }

  /** Attributes but for owner, times and number. */
  FileAttributes.Builder attributes() {
    FileAttributes.Builder builder =
        FileAttributes.builder(FileType.REGULAR).permissions(permissions());
    if (readSide instanceof ReadSide.Constant constant) {
      builder.size(constant.content().length).version(constant.version());
    } else if (readSide instanceof ReadSide.Growing growing) {
      builder.size(growing.content().size());
    }
    return builder;
  }

  /** When the content changed, for a file that knows. */
  Instant modified(Instant otherwise) {
    return readSide instanceof ReadSide.Growing growing ? growing.content().modified() : otherwise;
  }
}
