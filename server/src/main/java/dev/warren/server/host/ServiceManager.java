package dev.warren.server.host;

import dev.warren.api.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies systemd, if it started the host, of the host's state: by the protocol of sd_notify(3), a
 * datagram to the Unix socket that the environment names. The JDK has no Unix datagram sockets,
 * hence the system calls. Only systemd needs the notification, so a failure is merely logged.
 */
final class ServiceManager {
  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;

  /** The size of sun_path in sockaddr_un: unix(7). */
  private static final int LONGEST = 108;

  private final @Nullable String socket;

  /**
   * @param socket the address in NOTIFY_SOCKET; null or empty if nothing is to be notified
   */
  ServiceManager(@Nullable String socket) {
    this.socket = socket == null || socket.isEmpty() ? null : socket;
  }

  static ServiceManager ofEnvironment() {
    return new ServiceManager(System.getenv("NOTIFY_SOCKET"));
  }

  /** Reports that the host is serving. */
  void ready() {
    send("READY=1");
  }

  /**
   * Reports that the host is ending.
   *
   * @param atMost how long that may take; systemd waits that long before it kills the process,
   *     whatever its own timeout is
   */
  void stopping(Duration atMost) {
    send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + atMost.toNanos() / 1000);
  }

  private void send(String state) {
    if (socket == null) {
      return;
    }
    byte[] name = socket.getBytes(StandardCharsets.UTF_8);
    if (name.length >= LONGEST) {
      log.warn("NOTIFY_SOCKET is longer than a socket's name can be: {}", socket);
      return;
    }
    if (name[0] == '@') {
      name[0] = 0; // an abstract socket
    }
    try (Arena arena = Arena.ofConfined()) {
      // The zero that ends a path is already there; an abstract name ends by its length.
      MemorySegment address = arena.allocate(2 + LONGEST, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
      if (!send(arena.allocateFrom(state), state.length(), address, 2 + name.length)) {
        log.warn("systemd cannot be notified at {}: {}", socket, state);
      }
    } catch (Throwable e) { // declared by invokeExact
      log.warn("systemd cannot be notified at {} of {}: {}", socket, state, Reason.of(e));
    }
  }

  @SuppressWarnings("restricted") // the JDK has no Unix datagram sockets
  private static boolean send(MemorySegment text, long length, MemorySegment address, int size)
      throws Throwable {
    Linker linker = Linker.nativeLinker();
    var call = linker.defaultLookup();
    var makeSocket =
        linker.downcallHandle(
            call.findOrThrow("socket"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    var sendTo =
        linker.downcallHandle(
            call.findOrThrow("sendto"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    var close =
        linker.downcallHandle(
            call.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    int descriptor = (int) makeSocket.invokeExact(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
      return false;
    }
    long sent = (long) sendTo.invokeExact(descriptor, text, length, 0, address, size);
    int _ = (int) close.invokeExact(descriptor);
    return sent == length;
  }
}
