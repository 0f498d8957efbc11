package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.WouldBlockException;
import java.time.Instant;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of a synthetic tree: what happens when it is read, and when it is written. Immutable.
 *
 * <p>Content that is computed has size 0 and version 0 until it is opened, as under /proc: nobody
 * knows its length before, unless {@link #withSize} says it, and nobody may cache it. An open file
 * tells the size of what its reader sees.
 */
public final class SyntheticFile implements SyntheticNode {
  /** How much a client may write into one open file unless told otherwise, in bytes. */
  public static final int DEFAULT_MAX_WRITE = 64 * 1024;

  private final @Nullable ReadSide readSide;
  private final @Nullable WriteSide writeSide;

  /** In place of the two others. */
  private final @Nullable StoredSide stored;

  private final Traits traits;

  private SyntheticFile(
      @Nullable ReadSide readSide,
      @Nullable WriteSide writeSide,
      @Nullable StoredSide stored,
      Traits traits) {
    this.readSide = readSide;
    this.writeSide = writeSide;
    this.stored = stored;
    this.traits = traits;
  }

  private static SyntheticFile read(ReadSide readSide) {
    return new SyntheticFile(readSide, null, null, Traits.NONE);
  }

  private static SyntheticFile written(WriteSide writeSide) {
    return new SyntheticFile(null, writeSide, null, Traits.NONE);
  }

  private SyntheticFile with(Traits other) {
    return new SyntheticFile(readSide, writeSide, stored, other);
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
   * A file that gives each open one delivery, which is asked for at the first read: to look at the
   * file, or to open it, takes nothing. The delivery is told whether its reader read to the end and
   * closed the file; a client that was lost, or turned away early, has not. Without {@link
   * #withSize} nobody knows its size before it is read.
   *
   * @param delivery may wait for one, as {@link dev.warren.api.Waits} does
   */
  public static SyntheticFile delivery(Source<? extends Delivery> delivery) {
    return read(new ReadSide.Delivered(delivery));
  }

  /**
   * A file that is read and written at any offset, like one on a disk; its content is loaded and
   * stored as a whole. Its permissions are 0644 unless given. {@link #withMaxWrite} bounds its
   * size, which is in memory while somebody has it open.
   */
  public static SyntheticFile stored(StoredContent content) {
    return new SyntheticFile(null, null, new StoredSide(content, DEFAULT_MAX_WRITE), Traits.NONE);
  }

  /**
   * A file for commands, one a line, in UTF-8. What a client writes is kept, and acted on line by
   * line when the client closes the file; not when the client was lost, and not when a write
   * failed. Empty lines are left out. An error ends it there and is the close's answer.
   */
  public static SyntheticFile command(Sink<String> action) {
    return written(WriteSide.lines(null, action, DEFAULT_MAX_WRITE));
  }

  /**
   * As {@link #command(Sink)}, with a check of each line as soon as it is complete (a last line
   * without an end when the file is closed): its error is the write's answer. Some clients, the
   * Linux kernel's 9P client among them, do not tell a program how a close went.
   *
   * @param check throws an FsException for a line that cannot be acted on, and changes nothing
   */
  public static SyntheticFile command(Sink<String> check, Sink<String> action) {
    return written(WriteSide.lines(check, action, DEFAULT_MAX_WRITE));
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
    return written(WriteSide.orders(order, DEFAULT_MAX_WRITE));
  }

  /**
   * A file that takes all that a client has written as one, when the client closes it; not when the
   * client was lost, wrote nothing, or a write failed.
   */
  public static SyntheticFile receiver(Sink<byte[]> action) {
    return written(WriteSide.whole(action, DEFAULT_MAX_WRITE));
  }

  /**
   * The same file for reading, and for writing what another one takes.
   *
   * @throws IllegalStateException if one of them is {@link #stored}, which is both
   */
  public SyntheticFile writtenAs(SyntheticFile other) {
    if (stored != null || other.stored != null) {
      throw new IllegalStateException("a stored file is read and written as it is");
    }
    return new SyntheticFile(readSide, other.writeSide, null, traits);
  }

  /**
   * The same file with another bound to what one client may write, or to the size of a {@link
   * #stored} one; more is EFBIG.
   *
   * @param bytes at least 1
   * @throws IllegalStateException if the file cannot be written
   */
  public SyntheticFile withMaxWrite(int bytes) {
    if (stored != null) {
      return new SyntheticFile(null, null, new StoredSide(stored.content(), bytes), traits);
    }
    if (writeSide == null) {
      throw new IllegalStateException("nobody writes this file");
    }
    return new SyntheticFile(readSide, writeSide.withMaxBytes(bytes), null, traits);
  }

  /**
   * The same file with a size before it is read, for clients that ask for no more than a file's
   * size: an SSHFS mount reads nothing of a file of size 0. Files that are constant, grow or are
   * stored know theirs.
   *
   * @param bytes how many a reader would get; asked at each look, cheap, and does not wait
   */
  public SyntheticFile withSize(LongSupplier bytes) {
    return with(traits.withSize(bytes));
  }

  @Override
  public SyntheticFile withModified(Supplier<Instant> time) {
    return with(traits.withModified(time));
  }

  @Override
  public SyntheticFile withXattrs(Xattrs xattrs) {
    return with(traits.withXattrs(xattrs));
  }

  @Override
  public SyntheticFile withPermissions(int bits) {
    return with(traits.withPermissions(bits));
  }

  @Override
  public SyntheticFile immediate() {
    return with(traits.asImmediate());
  }

  /** Unless given, 0444, 0200 or 0644 as the file can be read, written or both. */
  @Override
  public int permissions() {
    if (traits.permissions() != null) {
      return traits.permissions();
    }
    return isReadable() && isWritable() ? 0644 : isReadable() ? 0444 : 0200;
  }

  boolean isReadable() {
    return readSide != null || stored != null;
  }

  boolean isWritable() {
    return writeSide != null || stored != null;
  }

  Traits traits() {
    return traits;
  }

  /** Whether to open the file may wait. */
  private boolean waitsToOpen(OpenOptions options) {
    boolean loads =
        stored != null || (options.read() && readSide != null && readSide.isMadeAtOpen());
    return loads && !traits.immediate();
  }

  /** Whether to write to the open file may wait. */
  private boolean waitsToWrite() {
    return !traits.immediate() && writeSide != null && writeSide.lines() != null;
  }

  /** Whether the file does what it would be opened for. */
  boolean allows(OpenOptions options) {
    return (!options.read() || isReadable()) && (!options.write() || isWritable());
  }

  /**
   * Opens the file for what it {@link #allows}.
   *
   * @param fileId its number
   * @param mayWait else it is opened at once or not at all
   */
  OpenFile open(OpenOptions options, long fileId, boolean mayWait, Instance instance)
      throws FsException {
    if (waitsToOpen(options) && !mayWait) {
      throw WouldBlockException.INSTANCE;
    }
    FileAttributes attributes = instance.attributes(this, fileId);
    if (stored != null) {
      return instance.opened(
          OpenStoredFile.open(attributes, stored, options, traits.immediate(), instance));
    }
    Charge charge = instance.charge();
    Reading reading =
        options.read() ? Objects.requireNonNull(readSide).open(traits.immediate(), charge) : null;
    Writing writing =
        options.write() ? new Writing(Objects.requireNonNull(writeSide), charge) : null;
    return instance.opened(
        new OpenSyntheticFile(
            attributes,
            reading,
            writing,
            options.append(),
            (reading != null && reading.waits()) || (writing != null && waitsToWrite()),
            charge,
            instance::forget));
  }

  /** Changes the file as by its path, as far as it can be changed. */
  void setAttributes(AttributeChanges changes, long fileId, boolean mayWait, Instance instance)
      throws FsException {
    if (stored == null) {
      Refusals.checkChanges(changes, isWritable(), Errno.EACCES);
      return;
    }
    Refusals.checkStoredChanges(changes, true);
    if (!changes.isEmpty()) {
      if (!mayWait && !traits.immediate()) {
        throw WouldBlockException.INSTANCE; // before anything has changed
      }
      try (OpenFile file = open(OpenOptions.WRITE, fileId, mayWait, instance)) {
        file.setAttributes(changes);
      }
    }
  }

  /**
   * Attributes but for owner and number.
   *
   * @param live the contents that are open
   * @param opened when the file system was
   */
  FileAttributes.Builder attributes(LiveContents live, Instant opened) throws FsException {
    FileAttributes.Builder builder =
        FileAttributes.builder(FileType.REGULAR).permissions(permissions());
    Instant modified = opened;
    long size = 0;
    if (stored != null) {
      LiveContent content = live.find(stored.content());
      size = content == null ? PluginCalls.get(stored.content()::size) : content.size();
      modified = content == null ? PluginCalls.get(stored.content()::modified) : content.modified();
    } else if (readSide instanceof ReadSide.Constant constant) {
      size = constant.content().length;
      builder.version(constant.version());
    } else if (readSide instanceof ReadSide.Growing growing) {
      size = PluginCalls.get(growing.content()::size);
      modified = PluginCalls.get(growing.content()::modified);
    } else if (traits.size() != null) {
      size = PluginCalls.get(traits.size()::getAsLong);
    }
    if (traits.modified() != null) {
      modified = PluginCalls.get(traits.modified()::get);
    }
    return builder.size(size).times(modified);
  }
}
