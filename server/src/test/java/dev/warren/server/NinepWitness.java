package dev.warren.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A 9P2000.L client with one connection and one request at a time, just enough to see whether a
 * host replies.
 */
final class NinepWitness implements AutoCloseable {
  private static final int NO_FID = -1;
  private static final int ROOT_FID = 1;
  private static final byte RLERROR = 7;

  private final SocketChannel socket;
  private final ByteBuffer message = ByteBuffer.allocate(65536).order(ByteOrder.LITTLE_ENDIAN);
  private int lastFid = ROOT_FID;

  /** Connects and attaches at the root as this process's user. */
  NinepWitness(Path unixSocket) throws IOException {
    socket = SocketChannel.open(UnixDomainSocketAddress.of(unixSocket));
    begin(100, (short) -1).putInt(65536);
    text("9P2000.L");
    ask();
    begin(104, (short) 0).putInt(ROOT_FID).putInt(NO_FID);
    text("");
    text("");
    message.putInt(uid());
    ask();
  }

  private static int uid() throws IOException {
    return (int) java.nio.file.Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  private ByteBuffer begin(int type, short tag) {
    return message.clear().putInt(0).put((byte) type).putShort(tag);
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    message.putShort((short) bytes.length).put(bytes);
  }

  private void send() throws IOException {
    message.putInt(0, message.position()).flip();
    while (message.hasRemaining()) {
      socket.write(message);
    }
  }

  /** Sends the message in the buffer, and replaces it with the body of the reply. */
  private void ask() throws IOException {
    send();
    read(4);
    read(message.flip().getInt() - 4);
    message.flip();
    byte type = message.get();
    message.getShort();
    if (type == RLERROR) {
      throw new IOException("errno " + message.getInt());
    }
  }

  private void read(int count) throws IOException {
    message.clear().limit(count);
    while (message.hasRemaining()) {
      if (socket.read(message) < 0) {
        throw new EOFException("the host has closed the connection");
      }
    }
  }

  private int walk(String... names) throws IOException {
    int fid = ++lastFid;
    begin(110, (short) 1).putInt(ROOT_FID).putInt(fid).putShort((short) names.length);
    for (String name : names) {
      text(name);
    }
    ask();
    if (message.getShort() < names.length) {
      throw new IOException("only part of the path exists");
    }
    return fid;
  }

  /** Returns the mode of a file; throws "errno N" if there is none. */
  int stat(String... names) throws IOException {
    int fid = walk(names);
    begin(24, (short) 1).putInt(fid).putLong(0x7ff);
    ask();
    return message.getInt(message.position() + 8 + 13);
  }

  /** Creates a directory in a directory of the root. */
  void mkdir(String parent, String name) throws IOException {
    int fid = walk(parent);
    begin(72, (short) 1).putInt(fid);
    text(name);
    message.putInt(0755).putInt(uid());
    ask();
  }

  /** Opens a file for reading, and leaves it open; throws "errno N". */
  void open(String... names) throws IOException {
    int fid = walk(names);
    begin(12, (short) 1).putInt(fid).putInt(0);
    ask();
  }

  /** Writes to an existing file, and waits for the host's reply. */
  void write(String content, String... names) throws IOException {
    int fid = walk(names);
    begin(12, (short) 1).putInt(fid).putInt(1);
    ask();
    byte[] bytes = content.getBytes(UTF_8);
    begin(118, (short) 1).putInt(fid).putLong(0).putInt(bytes.length);
    message.put(bytes);
    ask();
  }

  /**
   * Requests a file without waiting for the reply; the connection cannot be used for anything else
   * afterwards.
   */
  void ask(String... names) throws IOException {
    begin(110, (short) 1).putInt(ROOT_FID).putInt(++lastFid).putShort((short) names.length);
    for (String name : names) {
      text(name);
    }
    send();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
