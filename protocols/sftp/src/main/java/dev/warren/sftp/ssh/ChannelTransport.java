package dev.warren.sftp.ssh;

import dev.warren.api.MemoryBudget.Use;
import dev.warren.sftp.io.DeferredWrites;
import dev.warren.sftp.session.ChannelMemory;
import dev.warren.sftp.wire.ReplyWriter;
import dev.warren.sftp.wire.SpareArrays;
import dev.warren.sftp.wire.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RemoteWindow;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.channel.ChannelSession;

/**
 * Sends through an SSH channel: within the client's window, and never more than a limited amount
 * ahead of the socket, so that a client that grants a huge window and reads nothing costs no
 * memory. One packet may always be queued for the socket, and more as the memory budget allows.
 */
final class ChannelTransport implements Transport {
  /** Bytes of the recipient channel and the length of the data. */
  private static final int DATA_HEADER = 4 + 4;

  /**
   * Maximum bytes per channel that are encrypted and queued for the socket, if the budget allows
   * it.
   */
  private static final int MAX_IN_FLIGHT = 1 << 20;

  /** Maximum packet; larger ones gain nothing and use more memory. */
  private static final int MAX_PACKET = ChannelMemory.FRAME;

  /** How long to wait for window space: in effect for ever. Keep-alives detect dead clients. */
  private static final Duration TIMEOUT = Duration.ofDays(365);

  /** Maximum bytes that encryption adds: lengths, padding, a MAC or a tag. */
  private static final int PACKET_OVERHEAD = 512;

  private final ChannelSession channel;
  private final SpareArrays spare;
  private final ChannelMemory memory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private int inFlight;
  private int charged; // the part that is charged
  private boolean closed;

  ChannelTransport(ChannelSession channel, SpareArrays spare, ChannelMemory memory) {
    this.channel = channel;
    this.spare = spare;
    this.memory = memory;
  }

  @Override
  public int packetSize() {
    return Math.clamp(channel.getRemoteWindow().getPacketSize(), 1, MAX_PACKET);
  }

  @Override
  public boolean hasRoom() {
    if (channel.getRemoteWindow().getSize() < ReplyWriter.MAX_REPLY + packetSize()) {
      return false;
    }
    lock.lock();
    try {
      return inFlight == 0 && !closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Frame allocate(int size) {
    Session session = channel.getSession();
    byte[] array = spare.take(DATA_HEADER + size + PACKET_OVERHEAD);
    Buffer buffer =
        array == null
            ? session.createBuffer(
                SshConstants.SSH_MSG_CHANNEL_DATA, DATA_HEADER + size + PACKET_OVERHEAD)
            : session.prepareBuffer(SshConstants.SSH_MSG_CHANNEL_DATA, new ByteArrayBuffer(array));
    buffer.putUInt(channel.getRecipient());
    buffer.putUInt(size);
    return new Frame(buffer.array(), buffer.wpos(), size, buffer);
  }

  @Override
  public void send(Frame frame, int length) throws IOException {
    long space = waitForSpace();
    if (space >= length) {
      write(frame, length);
      return;
    }
    int sent = 0;
    while (sent < length) {
      int part = (int) Math.min(length - sent, waitForSpace());
      Frame piece = allocate(part);
      System.arraycopy(frame.array(), frame.offset() + sent, piece.array(), piece.offset(), part);
      write(piece, part);
      sent += part;
    }
  }

  private long waitForSpace() throws IOException {
    try {
      return channel.getRemoteWindow().waitForSpace(TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private void write(Frame frame, int length) throws IOException {
    RemoteWindow window = channel.getRemoteWindow();
    window.consume(length);
    Session session = channel.getSession();
    Buffer buffer = (Buffer) frame.packet();
    buffer.wpos(frame.offset() - 4);
    buffer.putUInt(length);
    buffer.wpos(frame.offset() + length);
    lock.lock();
    try {
      while (inFlight > 0 && !closed && !isRoomFor(length)) {
        written.awaitUninterruptibly();
      }
      requireOpen();
      inFlight += length;
    } finally {
      lock.unlock();
    }
    session.writePacket(buffer).addListener(future -> landed(future, buffer, length));
    DeferredWrites.push();
  }

  /** Whether there is memory for more bytes; if so, they are charged. */
  private boolean isRoomFor(int length) {
    if (inFlight >= MAX_IN_FLIGHT) {
      return false;
    }
    int more = inFlight + length - ChannelMemory.FRAME - charged;
    if (more > 0) {
      if (!memory.tryTake(Use.PACKETS, more)) {
        return false;
      }
      charged += more;
    }
    return true;
  }

  @Override
  public void awaitSent() throws IOException {
    lock.lock();
    try {
      while (inFlight > 0 && !closed) {
        written.awaitUninterruptibly();
      }
      requireOpen();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void drop(Frame frame) {
    spare.give(frame.array());
  }

  private void landed(IoWriteFuture future, Buffer buffer, int length) {
    if (future.isWritten()) {
      spare.give(buffer.array());
    }
    int less;
    lock.lock();
    try {
      inFlight -= length;
      less = Math.max(0, charged - Math.max(0, inFlight - ChannelMemory.FRAME));
      charged -= less;
      written.signalAll();
    } finally {
      lock.unlock();
    }
    if (less > 0) {
      memory.giveBack(Use.PACKETS, less);
    }
  }

  /** Ends a wait for the socket because the channel has closed. */
  void close() {
    lock.lock();
    try {
      closed = true;
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
