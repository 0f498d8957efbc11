package dev.warren.sftp.ssh;

import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.io.DeferredWork;
import dev.warren.sftp.proxy.BadHeaderException;
import dev.warren.sftp.proxy.HeaderReader;
import dev.warren.sftp.proxy.ProxyHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
 * An SSH connection with limited memory. MINA itself sets no limit to the length of packets and
 * identification lines, nor to the replies queued for a client that does not read.
 */
final class SshSession extends ServerSessionImpl {
  /**
   * Maximum packet of a client that has not logged in; for others the maximum is at least this. A
   * certificate with its signature is under 8 KiB, and SSH requires 35,000 bytes.
   */
  private static final int MAX_PACKET = 64 * 1024;

  /** Maximum bytes that a packet has besides a channel's data. */
  private static final int PACKET_OVERHEAD = 1024;

  /** Clients identify themselves in one line of at most 255 bytes. */
  private static final int MAX_GREETING = 256;

  /**
   * How many bytes are passed to MINA at a time: its buffer holds at most a packet and this much.
   */
  private static final int SLICE = 16 * 1024;

  /** Bytes charged for a connection, without what its client sends. */
  private static final int BASE = 16 * 1024;

  /** Maximum bytes of replies that the client has not read, with the overhead of each. */
  private static final int MAX_UNREAD = 256 * 1024;

  private static final int ANSWER_OVERHEAD = 256;

  private final Instant begun;
  private final MemoryBudget.Account account;
  private final UnauthenticatedConnections unauthenticated;
  private final int maxPacket;
  private final int channelPacket; // maximum packet of a channel
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicLong unread = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong work = new AtomicLong();
  private int buffered; // charged for MINA's buffer; for the reading thread
  private volatile boolean paused; // true while this side does not read
  private volatile boolean leaving;

  /** Null once the PROXY header has been read, and if there is none. For the reading thread. */
  private volatile @Nullable HeaderReader header;

  /** From the PROXY header. */
  private volatile @Nullable InetSocketAddress client;

  /** For the reading thread, which also logs in. */
  private @Nullable LoginService login;

  private int failedLogins;

  SshSession(
      ServerFactoryManager server,
      IoSession io,
      MemoryBudget.Account account,
      Instant begun,
      long packetBytes,
      boolean fromProxy,
      UnauthenticatedConnections unauthenticated)
      throws Exception {
    super(server, io);
    this.account = account;
    this.begun = begun;
    this.header = fromProxy ? new HeaderReader() : null;
    this.unauthenticated = unauthenticated;
    this.channelPacket = (int) packetBytes + PACKET_OVERHEAD;
    this.maxPacket = Math.max(MAX_PACKET, channelPacket);
    addCloseFutureListener(
        _ -> {
          account.close();
          ended.countDown();
        });
  }

  /** Whether a proxy has not sent its header yet. */
  boolean awaitsHeader() {
    return header != null;
  }

  /**
   * The address of the client; a proxy's own address until the proxy has given that of the client.
   */
  @Override
  public SocketAddress getClientAddress() {
    InetSocketAddress told = client;
    return told == null ? super.getClientAddress() : told;
  }

  /**
   * Sends the identification. Behind a proxy it is sent only after the header, as the PROXY
   * protocol requires if the server speaks first.
   */
  @Override
  public void start() throws Exception {
    if (!awaitsHeader()) {
      super.start();
    }
  }

  /** When the connection was accepted. */
  Instant begun() {
    return begun;
  }

  /** The account that its memory is charged to. */
  MemoryBudget.Account account() {
    return account;
  }

  /** How many bytes have been received. */
  long received() {
    return received.get();
  }

  /** A number that grows with the work of channels, and with nothing else. */
  long work() {
    return work.get();
  }

  /** Whether reading waits for memory, so that no data can be received. */
  boolean isPaused() {
    return paused;
  }

  /** How far its login has come: 0 silent, 1 identified, 2 keys exchanged. */
  int progress() {
    return initialKexDone ? 2 : clientVersion == null ? 0 : 1;
  }

  /**
   * The connection's only login service, whose counters clients cannot reset; null before a login
   * starts.
   */
  @Nullable LoginService login() {
    return login;
  }

  void setLogin(LoginService login) {
    this.login = login;
  }

  /** Counts a failed login. Returns the number of failed logins so far. */
  int countFailedLogin() {
    return ++failedLogins;
  }

  int failedLogins() {
    return failedLogins;
  }

  /** Charges the minimum cost of a connection; false if there is no memory for it. */
  boolean reserve() {
    return takeAsStranger(Use.PACKETS, BASE)
        && takeAsStranger(
            Use.BUFFERS, CoreModuleProperties.NIO2_READ_BUFFER_SIZE.getRequired(this));
  }

  /**
   * Makes the connection a logged-in one, with memory for the packets of its channels from the
   * start: otherwise it could wait for as long as another holder chooses to keep its memory. Called
   * on the reading thread.
   *
   * @param user the user who has logged in
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
      if (isGoing() || !unauthenticated.makeRoomFor(this)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Waits, at most until the connection ends.
   *
   * @return whether the connection is still open
   */
  boolean pause(Duration delay) throws InterruptedException {
    return !ended.await(delay.toNanos(), TimeUnit.NANOSECONDS) && !isGoing();
  }

  /** Sends a disconnect message with a reason, and closes the connection. */
  void leave(String reason) {
    try {
      disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, reason);
    } catch (IOException e) {
      log.debug("{}: no disconnect message", this, e);
      close(true);
    }
  }

  private boolean isGoing() {
    return leaving || isClosing();
  }

  /** Does nothing: Connections limits the login time, once for each connection. */
  @Override
  public Instant resetAuthTimeout() {
    return getAuthTimeoutStart();
  }

  @Override
  public void disconnect(int reason, String message) throws IOException {
    leaving = true;
    if (awaitsHeader()) {
      close(true); // no SSH has been spoken yet
    } else {
      super.disconnect(reason, message);
    }
  }

  /** Called on the reading thread. */
  @Override
  public void messageReceived(Readable message) throws Exception {
    received.addAndGet(message.available());
    readHeader(message);
    while (message.available() > 0 && !isGoing()) {
      int length = Math.min(message.available(), SLICE);
      charge(decoderBuffer.wpos() + length);
      super.messageReceived(new Slice(message, length));
      if (clientVersion == null && decoderBuffer.available() > MAX_GREETING) {
        throw tooMuch("a greeting of more than " + MAX_GREETING + " bytes");
      }
    }
  }

  /** Reads the part of the PROXY header that has arrived, and no byte after the header. */
  private void readHeader(Readable message) throws Exception {
    byte[] next = new byte[1];
    for (HeaderReader reader = header; reader != null && message.available() > 0; reader = header) {
      message.getRawBytes(next, 0, 1);
      Optional<ProxyHeader> complete;
      try {
        complete = reader.add(next[0]);
      } catch (BadHeaderException e) {
        throw new SshException(String.valueOf(e.getMessage()), e);
      }
      if (complete.isPresent()) {
        client = complete.get().client();
        unauthenticated.clientKnown(this);
        super.start();
        header = null; // after the identification, which must be the first that is sent
      }
    }
  }

  /**
   * Refuses a PROXY header, which MINA would not always notice: it waits for more after the empty
   * lines with which a binary one begins.
   */
  @Override
  protected boolean readIdentification(Buffer buffer) throws Exception {
    return switch (HeaderReader.beginning(buffer.array(), buffer.rpos(), buffer.available())) {
      case NONE -> super.readIdentification(buffer);
      case PERHAPS -> false;
      case HEADER ->
          throw new SshException("a PROXY header, and 'proxies' does not list this address");
    };
  }

  /** The size of MINA's buffer, which grows to powers of two. */
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
          SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, UnauthenticatedConnections.NO_MEMORY);
    }
    buffered = size;
  }

  /** Pauses reading until there is memory; packets that have been read are still handled. */
  private void waitFor(int bytes) throws Exception {
    if (account.tryTake(Use.PACKETS, bytes)) {
      return;
    }
    DeferredWork.catchUp();
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
      if (isClosing()) { // if so, the account is closed or about to be, which ends the wait
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

  /** A part of the received bytes. */
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
    boolean waiting = decoderState == 1; // for the rest of a packet of known length
    if (waiting && decoderLength > (isAuthenticated() ? maxPacket : MAX_PACKET)) {
      throw tooMuch("a packet of " + decoderLength + " bytes");
    }
  }

  private static SshException tooMuch(String what) {
    return new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, what + " is not accepted");
  }

  /** Ignores messages after a disconnect; otherwise they could be further login attempts. */
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
      return super.writePacket(buffer); // limited by the channel's window and transport
    }
    int size = buffer.available() + ANSWER_OVERHEAD;
    if (unread.addAndGet(size) > MAX_UNREAD && command != SshConstants.SSH_MSG_DISCONNECT) {
      close(true);
      throw new SshException("the client does not read its replies");
    }
    return super.writePacket(buffer).addListener(_ -> unread.addAndGet(-size));
  }
}
