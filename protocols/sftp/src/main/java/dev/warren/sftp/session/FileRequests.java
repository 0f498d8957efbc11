package dev.warren.sftp.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.frontend.NonBlockingFirst;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The requests for the content of files. */
final class FileRequests {
  private static final int READ = 0x01;
  private static final int WRITE = 0x02;
  private static final int APPEND = 0x04;
  private static final int CREATE = 0x08;
  private static final int TRUNCATE = 0x10;
  private static final int EXCLUSIVE = 0x20;
  private static final int KNOWN = 0x3F;

  private static final int DEFAULT_PERMISSIONS = 0666;

  /** Maximum bytes that are copied in one step, so that a copy ends soon after its connection. */
  private static final long COPY_STEP = 8 << 20;

  private FileRequests() {}

  static void open(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    int flags = in.readInt();
    AttributeChanges attributes = WireAttributes.read(in);
    if ((flags & ~KNOWN) != 0) {
      exchange.status(
          id, Status.OP_UNSUPPORTED, "unknown open flags 0x%x".formatted(flags & ~KNOWN));
      return;
    }
    if (exchange.settings().readOnly() && (flags & (WRITE | APPEND | CREATE | TRUNCATE)) != 0) {
      exchange.status(id, Status.PERMISSION_DENIED, "this user may only read");
      return;
    }
    OpenOptions options = options(flags);
    Integer asked = attributes.permissions();
    int permissions = (asked == null ? DEFAULT_PERMISSIONS : asked) & ~exchange.settings().umask();
    exchange.handles().checkRoom();
    Handle.File opened =
        exchange.call(
            files -> {
              LinkResolver.Operation<Handle.File> operation =
                  path ->
                      new Handle.File(
                          path,
                          NonBlockingFirst.of(files.open(path, options, permissions)),
                          options.write());
              return options.exclusive()
                  ? LinkResolver.onName(files, text, operation)
                  : LinkResolver.onTarget(files, text, operation);
            });
    exchange.handle(id, exchange.handles().add(opened));
  }

  /** Whether an open with these flags may change content or create a file. */
  static boolean opensToChange(int flags) {
    return (flags & (CREATE | TRUNCATE)) != 0;
  }

  /** As open(2): neither read nor write means read, and exclusive without create is ignored. */
  private static OpenOptions options(int flags) throws FsException {
    boolean write = (flags & WRITE) != 0;
    boolean truncate = (flags & TRUNCATE) != 0;
    if (truncate && !write) {
      throw new FsException(Errno.EINVAL, "truncating requires write access");
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

  static void close(Exchange exchange, int id, PacketReader in) throws IOException {
    ByteBuffer bytes = in.readBytes();
    Handle handle = exchange.handles().find(bytes);
    if (handle == null) {
      exchange.status(id, Status.NO_SUCH_FILE, "no such handle");
      return;
    }
    exchange.about(handle.path());
    if (handle.isCloseNonBlocking()) {
      close(exchange.handles(), bytes, handle);
    } else { // a close may act
      Object _ = exchange.waiting(() -> close(exchange.handles(), bytes, handle));
    }
    exchange.status(id, Status.OK);
  }

  /**
   * Removes the handle only after the close: until then it orders later requests behind this one.
   */
  private static Handle close(HandleTable handles, ByteBuffer bytes, Handle handle)
      throws FsException {
    try {
      handle.close();
      return handle;
    } finally {
      handles.remove(bytes);
    }
  }

  static void read(Exchange exchange, int id, PacketReader in) throws IOException {
    ByteBuffer handle = in.readBytes();
    long offset = in.readLong();
    int length = (int) Math.min(in.readUnsignedInt(), exchange.settings().maxRead());
    NonBlockingFirst<OpenFile> file = exchange.file(handle).file();
    checkOffset(offset);
    if (length == 0) {
      exchange.status(id, Status.EOF);
      return;
    }
    int count = exchange.content(id, file, offset, length);
    if (count == 0) {
      exchange.status(id, Status.EOF);
    } else {
      exchange.activity().read(count);
    }
  }

  static void write(Exchange exchange, int id, PacketReader in) throws IOException {
    ByteBuffer handle = in.readBytes();
    long offset = in.readLong();
    ByteBuffer data = in.readBytes();
    NonBlockingFirst<OpenFile> file = exchange.file(handle).file();
    checkOffset(offset);
    int length = data.remaining();
    while (data.hasRemaining()) {
      long at = offset + (length - data.remaining());
      int written;
      if (at == offset) {
        written = exchange.call(file, chosen -> chosen.write(data, at));
      } else { // a write that has begun is completed, even if it blocks
        written = exchange.proceed(() -> file.target().write(data, at));
      }
      if (written == 0) {
        throw new FsException(Errno.ENOSPC);
      }
    }
    exchange.activity().written(length);
    exchange.status(id, Status.OK);
  }

  static void fsync(Exchange exchange, int id, PacketReader in) throws IOException {
    if (exchange.handles().find(in.readBytes()) instanceof Handle.File handle) {
      exchange.about(handle.path());
      Object _ =
          exchange.waiting(
              () -> {
                handle.file().target().sync(false);
                return handle;
              });
      exchange.status(id, Status.OK);
    } else {
      exchange.status(id, Status.NO_SUCH_FILE, "no such handle");
    }
  }

  /** As in OpenSSH: a length of 0 means to the end, and a file is not copied onto itself. */
  static void copyData(Exchange exchange, int id, PacketReader in) throws IOException {
    Handle from = exchange.handles().find(in.readBytes());
    long fromOffset = in.readLong();
    long length = in.readLong();
    Handle to = exchange.handles().find(in.readBytes());
    long toOffset = in.readLong();
    if (!(from instanceof Handle.File source) || !(to instanceof Handle.File target)) {
      exchange.status(id, Status.NO_SUCH_FILE, "no such handle");
      return;
    }
    exchange.about(source.path() + " to " + target.path());
    checkOffset(fromOffset);
    checkOffset(toOffset);
    Copied copied =
        exchange.waiting(
            () -> copy(exchange.activity(), source, fromOffset, length, target, toOffset));
    switch (copied) {
      case ALL -> exchange.status(id, Status.OK);
      case ITSELF -> exchange.status(id, Status.FAILURE, "a file cannot be copied onto itself");
      case FULL -> exchange.status(id, Status.FAILURE, "the target is full");
      case SHORT -> exchange.status(id, length == 0 ? Status.OK : Status.EOF);
    }
  }

  /** The result of a copy. */
  private enum Copied {
    /** All requested bytes were copied. */
    ALL,
    /** Nothing was copied, because source and target are the same file. */
    ITSELF,
    /** The target is full. */
    FULL,
    /** The source ended early. */
    SHORT
  }

  private static Copied copy(
      Activity activity,
      Handle.File source,
      long fromOffset,
      long length,
      Handle.File target,
      long toOffset)
      throws FsException {
    if (sameFile(source, target)) {
      return Copied.ITSELF;
    }
    long wanted = length <= 0 ? Long.MAX_VALUE : length;
    long copied = 0;
    while (copied < wanted) {
      long step = Math.min(COPY_STEP, wanted - copied);
      long done =
          copyStep(
              source.file().target(), fromOffset, step, target.file().target(), toOffset, copied);
      copied += done;
      activity.read(done);
      activity.written(done);
      if (done == 0) { // a short step is not the end
        break;
      }
    }
    if (copied == wanted) {
      return Copied.ALL;
    }
    return source.file().target().stat().size() > fromOffset + copied ? Copied.FULL : Copied.SHORT;
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
    FileAttributes first = a.file().target().stat();
    FileAttributes second = b.file().target().stat();
    return first.fileId() == second.fileId() && first.fileId() != 0;
  }

  private static void checkOffset(long offset) throws BadPacketException {
    if (offset < 0) {
      throw new BadPacketException("offset past 2^63-1");
    }
  }
}
