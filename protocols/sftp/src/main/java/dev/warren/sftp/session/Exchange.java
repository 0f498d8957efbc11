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
import dev.warren.frontend.AtOnce;
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
 * Takes packets of a session one at a time and answers each before the next, as far as one thread
 * does it: a session has as many as requests of it wait at once. All methods are for one thread at
 * a time.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final int VERSION = 3;
  private static final byte[] NO_LANGUAGE = {};

  /** The longest message that goes with a status, in chars. */
  private static final int MAX_MESSAGE = 512;

  private final Session session;
  private final Waits waits;
  private final ReplyWriter out;
  private @Nullable Request request; // that is being handled
  private @Nullable Object subject; // what an error of it is about, as the client knows it
  private boolean mayWait = true;
  private boolean readsLong;

  /** Is told of operations that may wait, on the thread that does. */
  interface Waits {
    /** Where nobody wants to know. */
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

    /** An operation begins that may wait. Everything that was answered has left. */
    void begin();

    /** It is over, well or not. */
    void end();

    /** Whether the operation was ended because too many wait. */
    boolean areTooMany();
  }

  Exchange(Session session, Transport transport, Waits waits) {
    this.session = session;
    this.waits = waits;
    this.out = new ReplyWriter(transport);
  }

  /**
   * Handles a packet. The answer may stay here until {@link #flush}.
   *
   * @param array holds the packet and is not changed; free again after the call
   * @param offset of the packet's type
   * @param length of the packet without its length field
   * @throws BadPacketException if the session cannot go on after such a packet
   * @throws IOException if the answer cannot be sent
   */
  void handle(byte[] array, int offset, int length) throws IOException {
    answer(array, offset, length);
  }

  /**
   * Handles a packet as {@link #handle} if nothing of it has to wait, neither for the file system
   * nor for the client to take an answer. {@link #flush} does not wait after it either.
   *
   * @return false if it would have to wait; nothing was done then
   */
  boolean handleAtOnce(byte[] array, int offset, int length) throws IOException {
    if (!out.hasRoom()) {
      return false;
    }
    mayWait = false;
    try {
      answer(array, offset, length);
      return true;
    } catch (WouldBlockException e) {
      return false;
    } finally {
      mayWait = true;
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
      if (e instanceof WouldBlockException && !mayWait) {
        throw e;
      }
      fail(id, e);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // A plugin's mistake costs its request; what the process cannot go on after ends the session.
      LOG.error("request of type {} by {} failed", type, settings().user(), e);
      out.abandon();
      status(id, Status.FAILURE, Errno.EIO.message());
    }
    session.activity().request();
  }

  /** Answers a packet that there was no room for, of which only the beginning is there. */
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
    // Like other replies, but with the version where they have the request's id.
    out.begin(MessageType.VERSION, VERSION, 1024);
    for (Request request : Request.values()) {
      if (request.extension() != null && !(request.writes() && settings().readOnly())) {
        out.putString(request.extension().getBytes(StandardCharsets.US_ASCII));
        out.putString(request.extensionVersion().getBytes(StandardCharsets.US_ASCII));
      }
    }
    out.end();
  }

  /** Sends what was answered. */
  void flush() throws IOException {
    out.flush();
  }

  AtOnce<FileSystem> files() {
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

  /** Whether waiting is to be avoided: somebody waits for replies, or the thread must not. */
  boolean triesAtOnce() {
    return !mayWait || out.hasPending();
  }

  /** Something that may wait. */
  @FunctionalInterface
  interface Waiting<T> {
    T run() throws IOException;
  }

  /**
   * Does something that may wait: replies that have not left must not wait for it.
   *
   * @throws WouldBlockException if the request is to be handled without a wait; nothing was done
   */
  <T> T waiting(Waiting<T> work) throws IOException {
    if (!mayWait) {
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

  /** Goes on with what has begun: that is not given up because it has to wait. */
  <T> T goOn(Waiting<T> work) throws IOException {
    if (mayWait) {
      return waiting(work);
    }
    out.flush();
    return work.run();
  }

  /** Runs an operation on the user's files. */
  <R> R call(AtOnce.Request<FileSystem, R> operation) throws IOException {
    return call(session.files(), operation);
  }

  /**
   * Runs an operation. Replies that have not left must not wait for it: where there are any, the
   * operation is first tried without waiting, and if it would have to wait they leave before it.
   */
  <T, R> R call(AtOnce<T> asked, AtOnce.Request<T, R> operation) throws IOException {
    return call(asked, operation, target -> waiting(() -> operation.on(target)));
  }

  /**
   * The same where an operation that waits is not the same.
   *
   * @param waiting is to wait within {@link #waiting}
   */
  <T, R> R call(AtOnce<T> asked, AtOnce.Request<T, R> atOnce, AtOnce.Request<T, R> waiting)
      throws IOException {
    return triesAtOnce() ? asked.call(atOnce, waiting) : waiting.on(asked.target());
  }

  /** An operation on the user's files that has no result. */
  @FunctionalInterface
  interface FilesAction {
    void on(FileSystem files) throws FsException;
  }

  /** Runs an operation as {@link #call}. */
  void run(FilesAction action) throws IOException {
    Object _ =
        call(
            chosen -> {
              action.on(chosen);
              return chosen;
            });
  }

  /** Runs an operation that has no view that does not wait. */
  void runWaiting(FilesAction action) throws IOException {
    Object _ =
        waiting(
            () -> {
              action.on(session.files().target());
              return action;
            });
  }

  /**
   * Answers with content of a file, if there is any.
   *
   * @return how many bytes; 0 if nothing was answered, since there are none
   */
  int content(int id, AtOnce<OpenFile> file, long offset, int length) throws IOException {
    int beyond = mayWait ? Math.max(0, length - ChannelMemory.FRAME) : 0;
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

  /** What is on its way to the client has it sooner than a newer request. */
  private void charge(int bytes) throws IOException {
    if (!session.memory().tryTake(Use.PACKETS, bytes)) {
      out.awaitSent();
      if (!session.memory().tryTake(Use.PACKETS, bytes)) {
        throw new FsException(Errno.ENOMEM);
      }
    }
  }

  private int readContent(int id, AtOnce<OpenFile> file, long offset, int length)
      throws IOException {
    return call(
        file,
        view -> data(id, length, (target, from) -> read(view, target, offset + from)),
        waits -> readWaiting(id, waits, offset, length));
  }

  private int readWaiting(int id, OpenFile file, long offset, int length) throws IOException {
    if (!mayWait) {
      throw WouldBlockException.INSTANCE;
    }
    if (out.hasPending()) {
      out.flush();
    }
    return data(
        id,
        length,
        (target, from) -> {
          // The file alone: to wait for the client to take it is another thing.
          waitBegins();
          try {
            return read(file, target, offset + from);
          } finally {
            waitEnds();
          }
        });
  }

  private static int read(OpenFile file, ByteBuffer target, long offset) throws FsException {
    return offset < 0 ? 0 : file.read(target, offset); // past 2^63-1 nothing can be
  }

  /**
   * Without a wait only what fits into one packet: the thread that reads is not for more. So the
   * client's next is not tried either after a long one.
   */
  private int data(int id, int length, ReplyWriter.Source source) throws IOException {
    if (mayWait) {
      int count = out.data(id, length, false, source);
      readsLong = count > out.packetSize();
      return count;
    }
    if (readsLong) {
      throw WouldBlockException.INSTANCE;
    }
    return out.data(id, length, true, source);
  }

  /** Reads a path; errors will name it. */
  String path(PacketReader in) throws BadPacketException {
    String text = in.readText();
    subject = text;
    return text;
  }

  /** Says what errors are to name. */
  void about(Object named) {
    subject = named;
  }

  /** The open file of a handle; errors will name it. */
  Handle.File file(ByteBuffer handle) throws HandleException {
    if (handles().find(handle) instanceof Handle.File file) {
      subject = file.path();
      return file;
    }
    throw new HandleException();
  }

  /** Answers with a status and its usual message. */
  void status(int id, Status status) throws IOException {
    status(id, status, status.message());
  }

  /** Answers with a status. */
  void status(int id, Status status, String message) throws IOException {
    String shortened =
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    // A lone surrogate stands for a byte that is no UTF-8; the text must be UTF-8, so it becomes ?.
    byte[] text = shortened.getBytes(StandardCharsets.UTF_8);
    out.begin(MessageType.STATUS, id, 4 + 4 + text.length + 4);
    out.putInt(status.code());
    out.putString(text);
    out.putString(NO_LANGUAGE);
    out.end();
  }

  private void fail(int id, FsException e) throws IOException {
    if (e.errno() == Errno.EINTR && waits.areTooMany()) {
      status(id, Status.FAILURE, "too many requests of this session wait");
      return;
    }
    if (!Errno.isExpected(e)) {
      LOG.warn("a request by {} failed", settings().user(), e);
    }
    status(id, statusOf(e), subject == null ? e.reason() : subject + ": " + e.reason());
  }

  /**
   * What is wrong with an order is wrong with its text, and not with the packet that it came in.
   */
  private Status statusOf(FsException e) {
    Status status = Status.of(e.errno());
    boolean isOrder = request == Request.WRITE || request == Request.CLOSE;
    return e instanceof HandleException || (isOrder && status == Status.BAD_MESSAGE)
        ? Status.FAILURE
        : status;
  }

  /** Answers with a handle. */
  void handle(int id, byte[] handle) throws IOException {
    out.begin(MessageType.HANDLE, id, 4 + handle.length);
    out.putString(handle);
    out.end();
  }

  /** Answers with attributes. */
  void attributes(int id, FileAttributes attributes) throws IOException {
    out.begin(MessageType.ATTRS, id, WireAttributes.LENGTH);
    WireAttributes.write(attributes, out);
    out.end();
  }

  /** Answers with one name, as REALPATH and READLINK do. */
  void name(int id, String name) throws IOException {
    byte[] bytes = FileNames.encode(name);
    out.begin(MessageType.NAME, id, 4 + 2 * (4 + bytes.length) + 4);
    out.putInt(1);
    out.putString(bytes);
    out.putString(bytes);
    WireAttributes.writeNone(out);
    out.end();
  }

  /** Answers with a path. */
  void name(int id, VfsPath path) throws IOException {
    name(id, path.toString());
  }
}
