package dev.warren.ninep.auth;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * Looks up one socket in the kernel, by NETLINK_SOCK_DIAG: exact, and as fast with ten thousand
 * connections as with one. The kernel has replied by the time that the request has been sent, so
 * the call is non-blocking.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/sock_diag.7.html">sock_diag(7)</a>
 */
final class SocketDiag implements SocketOwners {
  // <sys/socket.h>, <linux/netlink.h>, <linux/sock_diag.h>; the same on all machines with a JDK
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int NETLINK_SOCK_DIAG = 4;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int NLMSG_ERROR = 2;
  private static final int SOCK_DIAG_BY_FAMILY = 20;
  private static final short NLM_F_REQUEST = 1;
  private static final byte IPPROTO_TCP = 6;
  private static final byte ESTABLISHED = 1;

  // struct nlmsghdr, struct inet_diag_req_v2
  private static final int REQUEST = 16 + 56;

  // struct nlmsghdr, struct inet_diag_msg
  private static final int REPLY = 16 + 72;
  private static final int STATE = 16 + 1;
  private static final int ID = 16 + 4;
  private static final int UID = 16 + 64;
  private static final int ADDRESS_BYTES = 16;

  /** Size of the buffer; an expected reply is never longer. */
  private static final int BUFFER = 4096;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SEND =
      function("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle RECV =
      function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final int descriptor;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(BUFFER, Long.BYTES);
  private final ByteBuffer buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
  private int sequence;
  private boolean closed;

  private SocketDiag(int descriptor) {
    this.descriptor = descriptor;
  }

  @SuppressWarnings("restricted") // the JDK has no netlink sockets
  private static MethodHandle function(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
  }

  /**
   * Opens a netlink socket.
   *
   * @throws IOException if the system has no such sockets or does not permit their use
   */
  static SocketDiag open() throws IOException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new IOException("not Linux");
    }
    int descriptor;
    try {
      descriptor = (int) SOCKET.invokeExact(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (descriptor < 0) {
      throw new IOException("no socket of AF_NETLINK can be opened");
    }
    return new SocketDiag(descriptor);
  }

  @Override
  public synchronized OptionalInt owner(InetSocketAddress local, InetSocketAddress remote)
      throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    byte[] from = local.getAddress().getAddress();
    byte[] to = remote.getAddress().getAddress();
    if (from.length != to.length) {
      return OptionalInt.empty();
    }
    ask(from, local.getPort(), to, remote.getPort());
    send();
    while (true) {
      int size = receive();
      if (size >= 16 && buffer.getInt(8) == sequence) {
        return answer(size, local.getPort(), remote.getPort());
      }
    }
  }

  private void ask(byte[] from, int fromPort, byte[] to, int toPort) {
    buffer.clear();
    buffer.putInt(REQUEST).putShort((short) SOCK_DIAG_BY_FAMILY).putShort(NLM_F_REQUEST);
    buffer.putInt(++sequence).putInt(0);
    buffer.put((byte) (from.length == 4 ? AF_INET : AF_INET6)).put(IPPROTO_TCP).putShort((short) 0);
    buffer.putInt(-1); // in any state
    port(fromPort);
    port(toPort);
    buffer.put(from).put(new byte[ADDRESS_BYTES - from.length]);
    buffer.put(to).put(new byte[ADDRESS_BYTES - to.length]);
    buffer.putInt(0); // through any interface
    buffer.putLong(-1); // no cookie: any socket with these addresses
  }

  private void port(int port) {
    buffer.put((byte) (port >> 8)).put((byte) port);
  }

  private void send() throws IOException {
    long sent;
    try {
      sent = (long) SEND.invokeExact(descriptor, memory, (long) REQUEST, 0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (sent != REQUEST) {
      throw new IOException("cannot send a socket lookup to the kernel");
    }
  }

  private int receive() throws IOException {
    long size;
    try {
      size = (long) RECV.invokeExact(descriptor, memory, (long) BUFFER, MSG_DONTWAIT);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (size < 0) {
      throw new IOException("no reply from the kernel to a socket lookup");
    }
    return (int) size;
  }

  /**
   * The owner in a reply. If the socket does not exist, the kernel replies with an error or the
   * listening socket.
   */
  private OptionalInt answer(int size, int fromPort, int toPort) throws IOException {
    int type = buffer.getShort(4);
    if (type == NLMSG_ERROR) {
      return OptionalInt.empty();
    }
    if (type != SOCK_DIAG_BY_FAMILY || size < REPLY) {
      throw new IOException("unexpected reply from the kernel to a socket lookup");
    }
    boolean same =
        memory.get(JAVA_BYTE, STATE) == ESTABLISHED
            && portAt(ID) == fromPort
            && portAt(ID + 2) == toPort;
    return same ? OptionalInt.of(buffer.getInt(UID)) : OptionalInt.empty();
  }

  private int portAt(int offset) {
    return (buffer.get(offset) & 0xFF) << 8 | (buffer.get(offset + 1) & 0xFF);
  }

  @Override
  public boolean isNonBlocking() {
    return true;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      int _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    arena.close();
  }
}
