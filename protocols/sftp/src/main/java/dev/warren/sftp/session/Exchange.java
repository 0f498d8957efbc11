package dev.warren.sftp.session;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.OpenFile;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.NonBlockingFirst;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.ReplyWriter;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.Transport;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles packets of a session one at a time, and replies to each before the next, for one thread.
 * A session has as many exchanges as it has blocked requests. All methods are for one thread at a
 * time.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final int VERSION = 3;
  private static final byte[] NO_LANGUAGE = {};

  /** Maximum length of a status message, in chars. */
  private static final int MAX_MESSAGE = 512;

  private final Session session;
  private final Waits waits;
  private final ReplyWriter out;
  private @Nullable Request request; // the request being handled
  private @Nullable Object subject; // the path that its error message names
  private boolean mayBlock = true;
  private boolean readsLong;

  /** Observes operations that may block, on the thread that runs them. */
  interface Waits {
    /** An observer that does nothing. */
    Waits UNWATCHED =
        new Waits() {
          @Override
          public void begin() {}

          @Override
          public void end() {}

          @Override
          public boolean areTooMany() {
            return false;
          }
        };

    /** A blocking operation starts. All earlier replies have been sent. */
    void begin();

    /** The operation has ended, successfully or not. */
    void end();

    /** Whether the operation was cancelled because too many were blocked. */
    boolean areTooMany();
  }

  Exchange(Session session, Transport transport, Waits waits) {
    this.session = session;
    this.waits = waits;
    this.out = new ReplyWriter(transport);
  }

  /**
   * Handles a packet. The reply may remain buffered until {@link #flush}.
   *
   * @param array contains the packet; not changed, and not used after the call
   * @param offset the offset of the packet's type
   * @param length the length of the packet without its length field
   * @throws BadPacketException if the session cannot continue after such a packet
   * @throws IOException if the reply cannot be sent
   */
  void handle(byte[] array, int offset, int length) throws IOException {
    answer(array, offset, length);
  }

  /**
   * Handles a packet as {@link #handle}, if that is possible without blocking, both for the file
   * system and for the client's window. A following {@link #flush} is non-blocking too.
   *
   * @return false if it would block; nothing was done in that case
   */
  boolean handleNonBlocking(byte[] array, int offset, int length) throws IOException {
    if (!out.hasRoom()) {
      return false;
    }
    mayBlock = false;
    try {
      answer(array, offset, length);
      return true;
    } catch (WouldBlockException e) {
      return false;
    } finally {
      mayBlock = true;
    }
  }

  private void answer(byte[] array, int offset, int length) throws IOException {
    PacketReader in = new PacketReader(array, offset, length);
    int type = in.readByte();
    if (type == MessageType.INIT) {
      initialise(in);
      return;
    }
    if (!session.isInitialised()) {
      throw new BadPacketException("a request of type " + type + " before INIT");
    }
    int id = in.readInt();
    subject = null;
    try {
      dispatch(type, id, in);
    } catch (BadPacketException e) {
      status(id, Status.BAD_MESSAGE, e.reason());
    } catch (FsException e) {
      if (e instanceof WouldBlockException && !mayBlock) {
        throw e;
      }
      fail(id, e);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // A plugin's error fails its request. An error that the process cannot continue after ends
      // the session.
      LOG.error("request of type {} by {} failed", type, settings().user(), e);
      out.abandon();
      status(id, Status.FAILURE, Errno.EIO.message());
    }
    session.activity().request();
  }

  /**
   * Replies with an error to a packet for which there was no memory. Only the start of the packet
   * is in the array.
   */
  void refuse(byte[] array, int offset, int length) throws IOException {
    PacketReader in = new PacketReader(array, offset, length);
    int type = in.readByte();
    if (type == MessageType.INIT) {
      throw new BadPacketException("an INIT that is too long");
    }
    status(in.readInt(), Status.FAILURE, Errno.ENOMEM.message());
    session.activity().request();
  }

  private void dispatch(int type, int id, PacketReader in) throws IOException {
    Request found = Request.of(type, in);
    request = found;
    if (found == null) {
      status(id, Status.OP_UNSUPPORTED, "no such request");
    } else if (found.writes() && settings().readOnly()) {
      status(id, Status.PERMISSION_DENIED, "this user may only read");
    } else {
      found.handler().handle(this, id, in);
    }
  }

  private void initialise(PacketReader in) throws IOException {
    long theirs = in.readUnsignedInt();
    LOG.debug("{} speaks version {}", settings().user(), theirs);
    session.initialise();
    // In the format of other replies, but with the version in place of the request's id.
    out.begin(MessageType.VERSION, VERSION, 1024);
    for (Request request : Request.values()) {
      if (request.extension() != null && !(request.writes() && settings().readOnly())) {
        out.putString(request.extension().getBytes(StandardCharsets.US_ASCII));
        out.putString(request.extensionVersion().getBytes(StandardCharsets.US_ASCII));
      }
    }
    out.end();
  }

  /** Sends the buffered replies. */
  void flush() throws IOException {
    out.flush();
  }

  NonBlockingFirst<FileSystem> files() {
    return session.files();
  }

  SessionSettings settings() {
    return session.settings();
  }

  Activity activity() {
    return session.activity();
  }

  ReplyWriter out() {
    return out;
  }

  HandleTable handles() {
    return session.handles();
  }

  /**
   * Whether to try without blocking first, because replies are pending or the thread must not
   * block.
   */
  boolean triesNonBlocking() {
    return !mayBlock || out.hasPending();
  }

  /** Work that may block. */
  @FunctionalInterface
  interface Waiting<T> {
    T run() throws IOException;
  }

  /**
   * Does work that may block, after sending the pending replies, which must not wait for it.
   *
   * @throws WouldBlockException if the thread must not block; nothing was done in that case
   */
  <T> T waiting(Waiting<T> work) throws IOException {
    if (!mayBlock) {
      throw WouldBlockException.INSTANCE;
    }
    out.flush();
    waitBegins();
    try {
      return work.run();
    } finally {
      waitEnds();
    }
  }

  private void waitBegins() {
    session.activity().callBegins();
    waits.begin();
  }

  private void waitEnds() {
    waits.end();
    session.activity().callEnds();
  }

  /** Continues work that has begun, which is completed even if it blocks. */
  <T> T proceed(Waiting<T> work) throws IOException {
    if (mayBlock) {
      return waiting(work);
    }
    out.flush();
    return work.run();
  }

  /** Performs an operation on the user's files. */
  <R> R call(NonBlockingFirst.Request<FileSystem, R> operation) throws IOException {
    return call(session.files(), operation);
  }

  /**
   * Performs an operation. Pending replies must not wait for it: if there are any, the operation is
   * first tried without blocking, and if it would block, they are sent before it.
   */
  <T, R> R call(NonBlockingFirst<T> asked, NonBlockingFirst.Request<T, R> operation)
      throws IOException {
    return call(asked, operation, target -> waiting(() -> operation.on(target)));
  }

  /**
   * As {@link #call(NonBlockingFirst, NonBlockingFirst.Request)}, for an operation that differs
   * when it may block.
   *
   * @param waiting the blocking operation, which must block only within {@link #waiting}
   */
  <T, R> R call(
      NonBlockingFirst<T> asked,
      NonBlockingFirst.Request<T, R> nonBlocking,
      NonBlockingFirst.Request<T, R> waiting)
      throws IOException {
    return triesNonBlocking() ? asked.call(nonBlocking, waiting) : waiting.on(asked.target());
  }

  /** An operation on the user's files, without a result. */
  @FunctionalInterface
  interface FilesAction {
    void on(FileSystem files) throws FsException;
  }

  /** Performs an operation as {@link #call}. */
  void run(FilesAction action) throws IOException {
    Object _ =
        call(
            chosen -> {
              action.on(chosen);
              return chosen;
            });
  }

  /** Performs an operation that has no non-blocking view. */
  void runWaiting(FilesAction action) throws IOException {
    Object _ =
        waiting(
            () -> {
              action.on(session.files().target());
              return action;
            });
  }

  /**
   * Replies with file content, if there is any.
   *
   * @return how many bytes; 0 if there are none, in which case no reply was written
   */
  int content(int id, NonBlockingFirst<OpenFile> file, long offset, int length) throws IOException {
    int beyond = mayBlock ? Math.max(0, length - ChannelMemory.FRAME) : 0;
    if (beyond > 0) {
      charge(beyond);
    }
    try {
      return readContent(id, file, offset, length);
    } finally {
      if (beyond > 0) {
        session.memory().giveBack(Use.PACKETS, beyond);
      }
    }
  }

  /**
   * Charges bytes, if necessary after waiting until earlier replies have been sent and their memory
   * is free.
   */
  private void charge(int bytes) throws IOException {
    if (!session.memory().tryTake(Use.PACKETS, bytes)) {
      out.awaitSent();
      if (!session.memory().tryTake(Use.PACKETS, bytes)) {
        throw new FsException(Errno.ENOMEM);
      }
    }
  }

  private int readContent(int id, NonBlockingFirst<OpenFile> file, long offset, int length)
      throws IOException {
    return call(
        file,
        view -> data(id, length, (target, from) -> read(view, target, offset + from)),
        waits -> readWaiting(id, waits, offset, length));
  }

  private int readWaiting(int id, OpenFile file, long offset, int length) throws IOException {
    if (!mayBlock) {
      throw WouldBlockException.INSTANCE;
    }
    if (out.hasPending()) {
      out.flush();
    }
    return data(
        id,
        length,
        (target, from) -> {
          // Only the file's time counts: waiting for the client to read is not the file system's.
          waitBegins();
          try {
            return read(file, target, offset + from);
          } finally {
            waitEnds();
          }
        });
  }

  private static int read(OpenFile file, ByteBuffer target, long offset) throws FsException {
    return offset < 0 ? 0 : file.read(target, offset); // there is nothing past 2^63-1
  }

  /**
   * Replies with file content. Without blocking, only as much as fits into one packet, because the
   * reading thread is not for long reads. After a long read, the next one is therefore not tried
   * either.
   */
  private int data(int id, int length, ReplyWriter.Source source) throws IOException {
    if (mayBlock) {
      int count = out.data(id, length, false, source);
      readsLong = count > out.packetSize();
      return count;
    }
    if (readsLong) {
      throw WouldBlockException.INSTANCE;
    }
    return out.data(id, length, true, source);
  }

  /** Reads a path, which error messages will name. */
  String path(PacketReader in) throws BadPacketException {
    String text = in.readText();
    subject = text;
    return text;
  }

  /** Sets what error messages name. */
  void about(Object named) {
    subject = named;
  }

  /** The open file of a handle, which error messages will name. */
  Handle.File file(ByteBuffer handle) throws HandleException {
    if (handles().find(handle) instanceof Handle.File file) {
      subject = file.path();
      return file;
    }
    throw new HandleException();
  }

  /** Replies with a status and its usual message. */
  void status(int id, Status status) throws IOException {
    status(id, status, status.message());
  }

  /** Replies with a status. */
  void status(int id, Status status, String message) throws IOException {
    String shortened =
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    // A lone surrogate represents a byte that is not UTF-8. The text must be UTF-8, so it becomes
    // "?".
    byte[] text = shortened.getBytes(StandardCharsets.UTF_8);
    out.begin(MessageType.STATUS, id, 4 + 4 + text.length + 4);
    out.putInt(status.code());
    out.putString(text);
    out.putString(NO_LANGUAGE);
    out.end();
  }

  private void fail(int id, FsException e) throws IOException {
    if (e.errno() == Errno.EINTR && waits.areTooMany()) {
      status(id, Status.FAILURE, "too many requests of this session are blocked");
      return;
    }
    if (!Errno.isExpected(e)) {
      LOG.warn("a request by {} failed", settings().user(), e);
    }
    status(id, statusOf(e), subject == null ? e.reason() : subject + ": " + e.reason());
  }

  /**
   * The status of an error. If a command is invalid, the text that was written to the file is at
   * fault, not the packet, so it is not a bad message.
   */
  private Status statusOf(FsException e) {
    Status status = Status.of(e.errno());
    boolean isOrder = request == Request.WRITE || request == Request.CLOSE;
    return e instanceof HandleException || (isOrder && status == Status.BAD_MESSAGE)
        ? Status.FAILURE
        : status;
  }

  /** Replies with a handle. */
  void handle(int id, byte[] handle) throws IOException {
    out.begin(MessageType.HANDLE, id, 4 + handle.length);
    out.putString(handle);
    out.end();
  }

  /** Replies with attributes. */
  void attributes(int id, FileAttributes attributes) throws IOException {
    out.begin(MessageType.ATTRS, id, WireAttributes.LENGTH);
    WireAttributes.write(attributes, out);
    out.end();
  }

  /** Replies with one name, to REALPATH and READLINK. */
  void name(int id, String name) throws IOException {
    byte[] bytes = FileNames.encode(name);
    out.begin(MessageType.NAME, id, 4 + 2 * (4 + bytes.length) + 4);
    out.putInt(1);
    out.putString(bytes);
    out.putString(bytes);
    WireAttributes.writeNone(out);
    out.end();
  }

  /** Replies with a path. */
  void name(int id, VfsPath path) throws IOException {
    name(id, path.toString());
  }
}
