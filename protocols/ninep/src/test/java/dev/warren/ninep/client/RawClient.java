package dev.warren.ninep.client;

import dev.warren.ninep.codec.MessageType;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/**
 * A connection that only reads when the test requests it, for clients that misbehave. It uses no
 * thread, and is for one thread only.
 */
public final class RawClient implements AutoCloseable {
  /** The fid of {@link #attach}. */
  public static final int ROOT = 1;

  private final SocketChannel socket;

  private RawClient(SocketChannel socket) {
    this.socket = socket;
  }

  /** Connects, without sending anything. */
  public static RawClient connect(SocketAddress address) throws IOException {
    return new RawClient(SocketChannel.open(address));
  }

  /** Negotiates an msize, and attaches {@link #ROOT}. */
  public RawClient attach(int msize, String aname) throws IOException {
    send(0xFFFF, Frame.of(MessageType.TVERSION).u32(msize).text("9P2000.L"));
    reply();
    send(1, Frame.of(MessageType.TATTACH).u32(ROOT).u32(-1).text("").text(aname).u32(-1));
    if (reply().get(4) != MessageType.replyTo(MessageType.TATTACH)) {
      throw new IOException("attach refused");
    }
    return this;
  }

  /** The socket. */
  public SocketChannel socket() {
    return socket;
  }

  /** Sends a request. Blocks while the socket's buffer is full, if the socket is blocking. */
  public void send(int tag, Frame frame) throws IOException {
    ByteBuffer bytes = frame.bytes(tag);
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  /** Reads one frame. */
  public ByteBuffer reply() throws IOException {
    ByteBuffer size = fill(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN));
    ByteBuffer frame = ByteBuffer.allocate(size.getInt(0)).order(ByteOrder.LITTLE_ENDIAN);
    return fill(frame.put(size));
  }

  /** Sends a request and reads one frame. Returns 0, or the error number. */
  public int ask(int tag, Frame frame) throws IOException {
    send(tag, frame);
    return error(reply());
  }

  /** The error number in a reply, or 0. */
  public static int error(ByteBuffer reply) {
    return reply.get(4) == MessageType.RLERROR ? reply.getInt(7) : 0;
  }

  private ByteBuffer fill(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (socket.read(target) < 0) {
        throw new EOFException();
      }
    }
    return target.flip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
