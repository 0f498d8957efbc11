package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.WouldBlockException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Qid;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.OpenedDirectory;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Treaddir: whole entries, starting with {@code .} and {@code ..}, which the Linux client expects
 * from the server. Cookies are the file system's own, so they stay valid when entries are added and
 * removed.
 */
final class ReaddirOperation extends NinepOperation {
  /** The cookie of ".", after which ".." follows. */
  private static final long AFTER_SELF = OpenDirectory.RESERVED_COOKIES;

  /** The cookie of "..", after which the directory's first entry follows. */
  private static final long AFTER_PARENT = OpenDirectory.RESERVED_COOKIES + 1;

  private static final byte[] DOTS = {'.', '.'};

  /** Initial size of the buffer; it grows for a larger reply, since few directories fill one. */
  private static final int MOST_AT_FIRST = 64 << 10;

  private static final int ENTRY = Wire.QID + 8 + 1 + 2;

  private final Fid fid;
  private final OpenedDirectory directory;
  private final long offset;
  private final int count;
  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf reply;
  private boolean full;

  /**
   * @param most how many bytes of reply there is memory for
   */
  ReaddirOperation(Tmessage.Readdir message, Session session, ByteBufAllocator allocator, int most)
      throws FsException {
    fid = session.fids().get(message.fid());
    if (!(fid.handle() instanceof OpenedDirectory opened)) {
      throw new FsException(
          fid.handle() == null ? Errno.EBADF : Errno.ENOTDIR, "fid is not an open directory");
    }
    session.reserveListing(opened);
    directory = opened;
    offset = message.offset();
    count = (int) Math.min(message.count(), Math.min(most, session.msize()) - Wire.READ_HEADER);
    this.allocator = allocator;
  }

  @Override
  public int weight() {
    return count + Wire.READ_HEADER;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    ByteBuf out = reply;
    if (out == null) {
      out = allocator.directBuffer(Math.min(count, MOST_AT_FIRST) + Wire.READ_HEADER);
      reply = out;
    }
    out.clear().writeZero(Wire.READ_HEADER);
    full = false;
    OpenDirectory entries = directory.on(mayBlock);
    if (offset == 0) {
      put(DOTS, 0, 1, FileType.DIRECTORY, fid.fileId(), AFTER_SELF);
    }
    if ((offset == 0 || offset == AFTER_SELF) && !full) {
      put(DOTS, 0, 2, FileType.DIRECTORY, parent(mayBlock), AFTER_PARENT);
    }
    if (!full) {
      boolean fromStart = offset == 0 || offset == AFTER_SELF || offset == AFTER_PARENT;
      entries.readNames(fromStart ? 0 : offset, this::put);
    }
    int bytes = out.readableBytes() - Wire.READ_HEADER;
    if (bytes == 0 && full) {
      throw new FsException(Errno.EINVAL, "no entry fits in " + count + " bytes");
    }
    out.setIntLE(Wire.HEADER, bytes);
  }

  /** The number of the parent; at the root of the attachment, ".." is the root itself. */
  private long parent(boolean mayBlock) throws FsException {
    try {
      FileAttributes parent = fid.attachment().view(mayBlock).stat(fid.path().parentOrRoot());
      return parent.fileId();
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      return fid.fileId(); // the directory and its parent have been removed
    }
  }

  private boolean put(
      byte[] buffer, int start, int length, FileType type, long fileId, long cookie) {
    ByteBuf out = buffer();
    int size = ENTRY + length;
    if (out.writerIndex() - Wire.READ_HEADER + size > count) {
      full = true;
      return false;
    }
    out.ensureWritable(size);
    Qid.write(out, Qid.type(type), 0, fileId);
    out.writeLongLE(cookie).writeByte(type.directoryType());
    out.writeShortLE(length).writeBytes(buffer, start, length);
    return true;
  }

  @Override
  public void finish(Session session, Replies out, int tag) {
    ByteBuf frame = buffer();
    reply = null;
    out.frame(frame, MessageType.replyTo(MessageType.TREADDIR), tag);
  }

  @Override
  public @Nullable Runnable leftover() {
    ByteBuf buffer = reply;
    reply = null;
    return buffer == null ? null : buffer::release;
  }

  private ByteBuf buffer() {
    if (reply == null) {
      throw new IllegalStateException("has not run");
    }
    return reply;
  }
}
