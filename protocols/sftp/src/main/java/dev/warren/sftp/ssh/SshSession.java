package dev.warren.sftp.ssh;

import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.frontend.Source;
import dev.warren.sftp.io.ReadTurn;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.jspecify.annotations.Nullable;

/**
 * An SSH connection whose memory has bounds: MINA takes packets and greetings of any client that
 * are as long as they like, and keeps answers that nobody reads.
 */
final class SshSession extends ServerSessionImpl {
  /**
   * The longest packet of whom is not logged in, and of others at least: a certificate with its
   * signature is under 8 KiB, and SSH asks for 35,000 bytes.
   */
  private static final int MAX_PACKET = 64 * 1024;

  /** What packets have besides the data of a channel. */
  private static final int PACKET_OVERHEAD = 1024;

  /** Clients say who they are in one line, of at most 255 bytes. */
  private static final int MAX_GREETING = 256;

  /** What is taken apart at a time: MINA's buffer gets a packet and as much again at most. */
  private static final int SLICE = 16 * 1024;

  /** What a connection costs without what it sends. */
  private static final int BASE = 16 * 1024;

  /** Answers that wait for the client to read, with what each costs besides its bytes. */
  private static final int MAX_UNREAD = 256 * 1024;

  private static final int ANSWER_OVERHEAD = 256;

  private final Source source;
  private final Instant begun;
  private final MemoryBudget.Account account;
  private final Strangers strangers;
  private final int maxPacket;
  private final int channelPacket; // the longest that channels send
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicLong unread = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong work = new AtomicLong();
  private int buffered; // what is charged for MINA's buffer; of the thread that reads
  private volatile boolean paused; // it is us who do not read
  private volatile boolean leaving;

  /** Of the thread that reads, which logs in. */
  private @Nullable LoginService login;

  private int failedLogins;

  SshSession(
      ServerFactoryManager server,
      IoSession io,
      MemoryBudget.Account account,
      Instant begun,
      long packetBytes,
      Strangers strangers)
      throws Exception {
    super(server, io);
    this.source = Source.of(io.getRemoteAddress());
    this.account = account;
    this.begun = begun;
    this.strangers = strangers;
    this.channelPacket = (int) packetBytes + PACKET_OVERHEAD;
    this.maxPacket = Math.max(MAX_PACKET, channelPacket);
    addCloseFutureListener(
        _ -> {
          account.close();
          ended.countDown();
        });
  }

  Source source() {
    return source;
  }

  /** When it was accepted. */
  Instant begun() {
    return begun;
  }

  /** What its memory is charged to. */
  MemoryBudget.Account account() {
    return account;
  }

  /** How many bytes have come. */
  long received() {
    return received.get();
  }

  /** Grows with all that channels do, and with nothing else. */
  long work() {
    return work.get();
  }

  /** Whether it is not read from until there is memory, so that nothing can be heard of it. */
  boolean isPaused() {
    return paused;
  }

  /** How far it has come on the way to log in: silent, greeted, keys exchanged. */
  int progress() {
    return initialKexDone ? 2 : clientVersion == null ? 0 : 1;
  }

  /** The one log-in of this connection, whose counters clients cannot set back; null before. */
  @Nullable LoginService login() {
    return login;
  }

  void setLogin(LoginService login) {
    this.login = login;
  }

  /** Counts a log-in that has failed; how many that makes. */
  int countFailedLogin() {
    return ++failedLogins;
  }

  int failedLogins() {
    return failedLogins;
  }

  /** Charges what a connection costs at least; false if there is no memory for it. */
  boolean reserve() {
    return takeAsStranger(Use.PACKETS, BASE)
        && takeAsStranger(
            Use.BUFFERS, CoreModuleProperties.NIO2_READ_BUFFER_SIZE.getRequired(this));
  }

  /**
   * Makes it one that has logged in, which has memory for the packets of its channels from the
   * beginning: a holder of much may let nothing go for as long as it likes. On the thread that
   * reads.
   *
   * @param user whose it is
   * @return false if there is no memory for it
   */
  boolean admit(String user) {
    account.admit("SFTP user " + user);
    int size = grown(channelPacket + SLICE);
    if (size > buffered) {
      if (!account.tryTake(Use.PACKETS, size - buffered)) {
        return false;
      }
      buffered = size;
    }
    return true;
  }

  private boolean takeAsStranger(Use use, int bytes) {
    while (!account.tryTake(use, bytes)) {
      if (isGoing() || !strangers.makeRoomFor(this)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Waits, unless the connection ends.
   *
   * @return whether it is still there
   */
  boolean pause(Duration delay) throws InterruptedException {
    return !ended.await(delay.toNanos(), TimeUnit.NANOSECONDS) && !isGoing();
  }

  /** Says goodbye and ends. */
  void leave(String reason) {
    try {
      disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, reason);
    } catch (IOException e) {
      log.debug("{}: no goodbye", this, e);
      close(true);
    }
  }

  private boolean isGoing() {
    return leaving || isClosing();
  }

  /** The time to log in is counted elsewhere, once for each connection. */
  @Override
  public Instant resetAuthTimeout() {
    return getAuthTimeoutStart();
  }

  @Override
  public void disconnect(int reason, String message) throws IOException {
    leaving = true;
    super.disconnect(reason, message);
  }

  /** On the thread that reads. */
  @Override
  public void messageReceived(Readable message) throws Exception {
    received.addAndGet(message.available());
    while (message.available() > 0 && !isGoing()) {
      int length = Math.min(message.available(), SLICE);
      charge(decoderBuffer.wpos() + length);
      super.messageReceived(new Slice(message, length));
      if (clientVersion == null && decoderBuffer.available() > MAX_GREETING) {
        throw tooMuch("a greeting of more than " + MAX_GREETING + " bytes");
      }
    }
  }

  /** MINA's buffer grows to powers of two. */
  private static int grown(int length) {
    return Integer.highestOneBit(length - 1) << 1;
  }

  private void charge(int length) throws Exception {
    int size = grown(length);
    if (size <= buffered) {
      return;
    }
    if (isAuthenticated()) {
      waitFor(size - buffered);
    } else if (!takeAsStranger(Use.PACKETS, size - buffered)) {
      throw new SshException(
          SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, Strangers.NO_MEMORY);
    }
    buffered = size;
  }

  /** Reads nothing until there is memory for it; what has been read goes on. */
  private void waitFor(int bytes) throws Exception {
    if (account.tryTake(Use.PACKETS, bytes)) {
      return;
    }
    ReadTurn.catchUp();
    paused = true;
    try {
      awaitRoom(bytes);
    } finally {
      paused = false;
    }
  }

  private void awaitRoom(int bytes) throws IOException {
    while (true) {
      CountDownLatch room = new CountDownLatch(1);
      if (account.tryTakeOr(Use.PACKETS, bytes, room::countDown)) {
        return;
      }
      if (isClosing()) { // then the account is closed, or about to be, which ends the wait
        throw new ClosedChannelException();
      }
      try {
        room.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClosedChannelException();
      }
    }
  }

  /** A part of what was read. */
  private static final class Slice implements Readable {
    private final Readable whole;
    private int left;

    Slice(Readable whole, int length) {
      this.whole = whole;
      this.left = length;
    }

    @Override
    public int available() {
      return left;
    }

    @Override
    public void getRawBytes(byte[] data, int offset, int length) {
      whole.getRawBytes(data, offset, length);
      left -= length;
    }
  }

  @Override
  protected void decode() throws Exception {
    super.decode();
    boolean waiting = decoderState == 1; // for the rest of a packet whose length is known
    if (waiting && decoderLength > (isAuthenticated() ? maxPacket : MAX_PACKET)) {
      throw tooMuch("a packet of " + decoderLength + " bytes");
    }
  }

  private static SshException tooMuch(String what) {
    return new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, what + " is not taken");
  }

  /** What comes after a goodbye is not looked at, or it would be one more attempt to log in. */
  @Override
  protected void doHandleMessage(Buffer buffer) throws Exception {
    if (isGoing()) {
      return;
    }
    int command = buffer.rawByte(buffer.rpos()) & 0xFF;
    if (command == SshConstants.SSH_MSG_CHANNEL_OPEN
        || command == SshConstants.SSH_MSG_CHANNEL_DATA) {
      work.incrementAndGet();
    }
    super.doHandleMessage(buffer);
  }

  @Override
  public IoWriteFuture writePacket(Buffer buffer) throws IOException {
    int command = buffer.rawByte(buffer.rpos()) & 0xFF;
    if (command == SshConstants.SSH_MSG_CHANNEL_DATA) {
      work.incrementAndGet();
      return super.writePacket(buffer); // bounded by the channel's window and its transport
    }
    int size = buffer.available() + ANSWER_OVERHEAD;
    if (unread.addAndGet(size) > MAX_UNREAD && command != SshConstants.SSH_MSG_DISCONNECT) {
      close(true);
      throw new SshException("the client does not read its answers");
    }
    return super.writePacket(buffer).addListener(_ -> unread.addAndGet(-size));
  }
}
