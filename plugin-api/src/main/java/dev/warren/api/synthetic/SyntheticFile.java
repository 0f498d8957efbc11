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
 * A file of a synthetic tree, which defines what happens when it is read and when it is written.
 * Immutable.
 *
 * <p>A file with computed content has size 0 and version 0 until it is opened, as under /proc: its
 * length is not known in advance, unless {@link #withSize} provides it, and clients must not cache
 * it. An open file reports the size of the content that its reader sees.
 */
public final class SyntheticFile implements SyntheticNode {
  /** How many bytes a client may write to one open file by default. */
  public static final int DEFAULT_MAX_WRITE = 64 * 1024;

  private final @Nullable ReadSide readSide;
  private final @Nullable WriteSide writeSide;

  /** Replaces the other two. */
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

  /** Returns a file whose text never changes. It has a size and may be cached. */
  public static SyntheticFile constant(String text) {
    byte[] content = text.getBytes(UTF_8);
    return read(new ReadSide.Constant(content)).nonBlocking();
  }

  /**
   * Returns a file whose text is computed once for each open, in UTF-8. A reader sees one
   * consistent state however many reads it needs, and a source that gives each value only once is
   * called once.
   */
  public static SyntheticFile text(Source<String> text) {
    return bytes(() -> text.get().getBytes(UTF_8));
  }

  /** Like {@link #text}, with bytes; the array then belongs to the file. */
  public static SyntheticFile bytes(Source<byte[]> content) {
    return read(new ReadSide.Computed(content));
  }

  /**
   * Returns a file that grows, such as a log: it has a size and can be followed, but not cached.
   */
  public static SyntheticFile growing(GrowingContent content) {
    return read(new ReadSide.Growing(content)).nonBlocking();
  }

  /**
   * Returns a file that gives each open one delivery, which is requested at the first read: stat
   * and open take nothing. The delivery learns whether its reader read to the end and closed the
   * file; a client that was lost, or gave up early, has not. Without {@link #withSize}, the size is
   * not known before the file is read.
   *
   * @param delivery may block until there is one, as {@link dev.warren.api.Waits} does
   */
  public static SyntheticFile delivery(Source<? extends Delivery> delivery) {
    return read(new ReadSide.Delivered(delivery));
  }

  /**
   * Returns a file that is read and written at any offset, like a file on disk; its content is
   * loaded and stored as a whole. Its default permissions are 0644. {@link #withMaxWrite} limits
   * its size, all of which is in memory while a client has the file open.
   */
  public static SyntheticFile stored(StoredContent content) {
    return new SyntheticFile(null, null, new StoredSide(content, DEFAULT_MAX_WRITE), Traits.NONE);
  }

  /**
   * Returns a file that accepts commands, one per line, in UTF-8. The lines that a client writes
   * are collected, and executed in order when the client closes the file; not if the client was
   * lost or a write failed. Empty lines are ignored. The first error ends the execution and fails
   * the close.
   */
  public static SyntheticFile command(Sink<String> action) {
    return written(WriteSide.lines(null, action, DEFAULT_MAX_WRITE));
  }

  /**
   * Like {@link #command(Sink)}, but checks each line as soon as it is complete (a last line
   * without a line end when the file is closed); an error of the check fails the write. Some
   * clients, the Linux kernel's 9P client among them, do not report the result of a close to
   * programs.
   *
   * @param check throws an FsException for a line that cannot be executed, and changes nothing
   */
  public static SyntheticFile command(Sink<String> check, Sink<String> action) {
    return written(WriteSide.lines(check, action, DEFAULT_MAX_WRITE));
  }

  /**
   * Returns a file that accepts commands, one per line, in UTF-8, and executes each before the
   * write that completes it returns. An error fails that write, and the open file accepts nothing
   * more. A last line without a line end is executed when the client closes the file, but not when
   * the client is lost. Empty lines are ignored.
   *
   * <p>A line is executed once, even if a client writes it again from its cache; overwriting it
   * with other bytes is EINVAL. After a truncation to size 0, all lines are new.
   */
  public static SyntheticFile commandsAtWrite(Sink<String> action) {
    return written(WriteSide.commandsAtWrite(action, DEFAULT_MAX_WRITE));
  }

  /**
   * Returns a file that receives everything that a client has written as one value, when the client
   * closes it; not if the client was lost, wrote nothing, or a write failed.
   */
  public static SyntheticFile receiver(Sink<byte[]> action) {
    return written(WriteSide.whole(action, DEFAULT_MAX_WRITE));
  }

  /**
   * Returns a file that is read like this file and written like another one.
   *
   * @throws IllegalStateException if one of them is {@link #stored}, which is both read and written
   */
  public SyntheticFile writtenAs(SyntheticFile other) {
    if (stored != null || other.stored != null) {
      throw new IllegalStateException("a stored file is read and written as it is");
    }
    return new SyntheticFile(readSide, other.writeSide, null, traits);
  }

  /**
   * Returns this file with another limit for what one client may write or, for a {@link #stored}
   * file, for its size; more is EFBIG.
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
   * Returns this file with a size that is known before it is read, for clients that read only up to
   * the size of a file: an SSHFS mount reads nothing from a file of size 0. Files that are
   * constant, grow or are stored know their size.
   *
   * @param bytes how many bytes a reader would get; called for each stat, cheap and non-blocking
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
  public SyntheticFile nonBlocking() {
    return with(traits.asImmediate());
  }

  /** By default 0444, 0200 or 0644 for a file that can be read, written, or both. */
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

  /** Whether opening the file may block. */
  private boolean waitsToOpen(OpenOptions options) {
    boolean loads =
        stored != null || (options.read() && readSide != null && readSide.isMadeAtOpen());
    return loads && !traits.nonBlocking();
  }

  /** Whether writing to the open file may block. */
  private boolean waitsToWrite() {
    return !traits.nonBlocking() && writeSide != null && writeSide.lines() != null;
  }

  /** Whether the file supports the accesses that it would be opened for. */
  boolean allows(OpenOptions options) {
    return (!options.read() || isReadable()) && (!options.write() || isWritable());
  }

  /**
   * Opens the file, for an access that it {@link #allows}.
   *
   * @param fileId its file id
   * @param mayBlock whether the call may block; if not, an open that would block fails with
   *     WouldBlockException
   */
  OpenFile open(OpenOptions options, long fileId, boolean mayBlock, Instance instance)
      throws FsException {
    if (waitsToOpen(options) && !mayBlock) {
      throw WouldBlockException.INSTANCE;
    }
    FileAttributes attributes = instance.attributes(this, fileId);
    if (stored != null) {
      return instance.opened(
          OpenStoredFile.open(attributes, stored, options, traits.nonBlocking(), instance));
    }
    Charge charge = instance.charge();
    Reading reading =
        options.read() ? Objects.requireNonNull(readSide).open(traits.nonBlocking(), charge) : null;
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

  /** Changes attributes of the file by its path, as far as they can be changed. */
  void setAttributes(AttributeChanges changes, long fileId, boolean mayBlock, Instance instance)
      throws FsException {
    if (stored == null) {
      Refusals.checkChanges(changes, isWritable(), Errno.EACCES);
      return;
    }
    Refusals.checkStoredChanges(changes, true);
    if (!changes.isEmpty()) {
      if (!mayBlock && !traits.nonBlocking()) {
        throw WouldBlockException.INSTANCE; // before anything has changed
      }
      try (OpenFile file = open(OpenOptions.WRITE, fileId, mayBlock, instance)) {
        file.setAttributes(changes);
      }
    }
  }

  /**
   * Returns the attributes except owner and file id.
   *
   * @param live the contents that are open
   * @param opened when the file system was opened
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
