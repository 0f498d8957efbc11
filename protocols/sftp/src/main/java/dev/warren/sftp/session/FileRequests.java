package dev.warren.sftp.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.WouldBlockException;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Requests about the content of files. */
final class FileRequests {
  private static final int READ = 0x01;
  private static final int WRITE = 0x02;
  private static final int APPEND = 0x04;
  private static final int CREATE = 0x08;
  private static final int TRUNCATE = 0x10;
  private static final int EXCLUSIVE = 0x20;
  private static final int KNOWN = 0x3F;

  private static final int DEFAULT_PERMISSIONS = 0666;

  /** How much one step of a copy takes, so that the end of a connection ends it soon. */
  private static final long COPY_STEP = 8 << 20;

  private FileRequests() {}

  static void open(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    int flags = in.readInt();
    AttributeChanges attributes = WireAttributes.read(in);
    if ((flags & ~KNOWN) != 0) {
      session.status(
          id, Status.OP_UNSUPPORTED, "unknown open flags 0x%x".formatted(flags & ~KNOWN));
      return;
    }
    if (session.settings().readOnly() && (flags & (WRITE | APPEND | CREATE | TRUNCATE)) != 0) {
      session.status(id, Status.PERMISSION_DENIED, "this user may only read");
      return;
    }
    OpenOptions options = options(flags);
    Integer asked = attributes.permissions();
    int permissions = (asked == null ? DEFAULT_PERMISSIONS : asked) & ~session.settings().umask();
    session.handles().checkRoom();
    Handle.File opened =
        session.call(
            files -> {
              LinkResolver.Operation<Handle.File> operation =
                  path -> new Handle.File(path, files.open(path, options, permissions));
              return options.exclusive()
                  ? LinkResolver.onName(files, text, operation)
                  : LinkResolver.onTarget(files, text, operation);
            });
    session.handle(id, session.handles().add(opened));
  }

  /** As open(2) has it: neither read nor write means read, exclusive without create nothing. */
  private static OpenOptions options(int flags) throws FsException {
    boolean write = (flags & WRITE) != 0;
    boolean truncate = (flags & TRUNCATE) != 0;
    if (truncate && !write) {
      throw new FsException(Errno.EINVAL, "to truncate needs to write");
    }
    boolean create = (flags & CREATE) != 0;
    return new OpenOptions(
        (flags & READ) != 0 || !write,
        write,
        write && (flags & APPEND) != 0,
        create,
        create && (flags & EXCLUSIVE) != 0,
        truncate,
        false);
  }

  static void close(Session session, int id, PacketReader in) throws IOException {
    ByteBuffer bytes = in.readBytes();
    Handle handle = session.handles().find(bytes);
    if (handle == null) {
      session.status(id, Status.NO_SUCH_FILE, "no such handle");
      return;
    }
    if (!handle.closesAtOnce()) {
      session.beforeWait(); // a close may act
    }
    session.handles().remove(bytes);
    handle.close();
    session.status(id, Status.OK);
  }

  static void read(Session session, int id, PacketReader in) throws IOException {
    ByteBuffer handle = in.readBytes();
    long offset = in.readLong();
    int length = (int) Math.min(in.readUnsignedInt(), session.settings().maxRead());
    OpenFile file = session.file(handle).file();
    checkOffset(offset);
    if (length == 0) {
      session.status(id, Status.EOF);
      return;
    }
    int count =
        session.callFile(
            file,
            chosen ->
                session.data(
                    id, length, (target, from) -> readMore(chosen, file, target, offset, from)));
    if (count == 0) {
      session.status(id, Status.EOF);
    } else {
      session.activity().read(count);
    }
  }

  /**
   * Reads on. Only the first read of a request may be given up because it would have to wait: what
   * was read before is kept.
   */
  private static int readMore(
      OpenFile chosen, OpenFile file, ByteBuffer target, long offset, long from)
      throws FsException {
    if (offset + from < 0) {
      return 0; // past 2^63-1 nothing can be
    }
    try {
      return chosen.read(target, offset + from);
    } catch (WouldBlockException e) {
      if (from == 0) {
        throw e;
      }
      return file.read(target, offset + from);
    }
  }

  static void write(Session session, int id, PacketReader in) throws IOException {
    ByteBuffer handle = in.readBytes();
    long offset = in.readLong();
    ByteBuffer data = in.readBytes();
    OpenFile file = session.file(handle).file();
    checkOffset(offset);
    int length = data.remaining();
    while (data.hasRemaining()) {
      long at = offset + (length - data.remaining());
      int written;
      if (at == offset) {
        written = session.callFile(file, chosen -> chosen.write(data, at));
      } else { // what was begun is not given up because it has to wait
        session.out().flush();
        written = file.write(data, at);
      }
      if (written == 0) {
        throw new FsException(Errno.ENOSPC);
      }
    }
    session.activity().written(length);
    session.status(id, Status.OK);
  }

  static void fsync(Session session, int id, PacketReader in) throws IOException {
    if (session.handles().find(in.readBytes()) instanceof Handle.File handle) {
      session.beforeWait();
      handle.file().sync(false);
      session.status(id, Status.OK);
    } else {
      session.status(id, Status.NO_SUCH_FILE, "no such handle");
    }
  }

  /** As OpenSSH: a length of 0 means to the end, and a file is not copied onto itself. */
  static void copyData(Session session, int id, PacketReader in) throws IOException {
    Handle from = session.handles().find(in.readBytes());
    long fromOffset = in.readLong();
    long length = in.readLong();
    Handle to = session.handles().find(in.readBytes());
    long toOffset = in.readLong();
    if (!(from instanceof Handle.File source) || !(to instanceof Handle.File target)) {
      session.status(id, Status.NO_SUCH_FILE, "no such handle");
      return;
    }
    checkOffset(fromOffset);
    checkOffset(toOffset);
    session.beforeWait();
    if (sameFile(source, target)) {
      session.status(id, Status.FAILURE, "a file cannot be copied onto itself");
      return;
    }
    long wanted = length <= 0 ? Long.MAX_VALUE : length;
    long copied = 0;
    while (copied < wanted) {
      long step = Math.min(COPY_STEP, wanted - copied);
      long done = copyStep(source.file(), fromOffset, step, target.file(), toOffset, copied);
      copied += done;
      session.activity().read(done);
      session.activity().written(done);
      if (done == 0) { // less than asked for is not the end yet
        break;
      }
    }
    if (copied == wanted) {
      session.status(id, Status.OK);
    } else if (source.file().stat().size() > fromOffset + copied) {
      session.status(id, Status.FAILURE, "the target takes no more");
    } else {
      session.status(id, length == 0 ? Status.OK : Status.EOF);
    }
  }

  private static long copyStep(
      OpenFile source, long fromOffset, long step, OpenFile target, long toOffset, long copied)
      throws FsException {
    if (fromOffset + copied < 0 || toOffset + copied < 0) {
      throw new FsException(Errno.EFBIG);
    }
    return source.copyTo(fromOffset + copied, step, target, toOffset + copied);
  }

  private static boolean sameFile(Handle.File a, Handle.File b) throws FsException {
    if (a.equals(b) || a.path().equals(b.path())) {
      return true;
    }
    FileAttributes first = a.file().stat();
    FileAttributes second = b.file().stat();
    return first.fileId() == second.fileId() && first.fileId() != 0;
  }

  private static void checkOffset(long offset) throws FsException {
    if (offset < 0) {
      throw new FsException(Errno.EINVAL, "offset past 2^63-1");
    }
  }
}
