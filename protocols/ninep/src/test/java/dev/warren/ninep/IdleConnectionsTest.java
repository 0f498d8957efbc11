package dev.warren.ninep;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.NinepClient;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten thousand connections that send nothing. */
@Tag("slow")
class IdleConnectionsTest {
  private static final int ROOT = 1;
  private static final int MANY = 10_000;

  /** Bytes of heap for one connection that has sent nothing. */
  private static final int EACH = 16 << 10;

  /** The program, and its first line of output. */
  private static final class Clients implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final OutputStream ask;

    Clients(TestServer server) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  IdleClients.class.getName(),
                  Integer.toString(server.address().getPort()),
                  Integer.toString(MANY))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      said = process.inputReader();
      ask = process.getOutputStream();
      assertThat(said.readLine()).isEqualTo(Integer.toString(MANY));
    }

    /** How many connections the server has closed. */
    int ended() throws IOException {
      ask.write('\n');
      ask.flush();
      return Integer.parseInt(said.readLine());
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static void isServed(TestServer server) throws Exception {
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "", -1);
    assertThat(fids.walk(ROOT, 2, "m")).hasSize(1);
    fids.client().close();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void theyNeedLittleMemoryAndOthersAreServed() throws Exception {
    assertThat(descriptors().getMaxFileDescriptorCount())
        .as("descriptors that a process may have (ulimit -Hn)")
        .isGreaterThan(MANY + 1000);
    try (TestServer server =
            new TestServer(Map.of("max_unattached", 2 * MANY, "handshake_timeout", "1h"))
                .mount("/m", new MemoryFileSystem());
        NinepClient client = server.session()) {
      Fids honest = new Fids(client);
      honest.attach(ROOT, "", -1);
      long heap = heap();
      long buffers = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
      long open = descriptors().getOpenFileDescriptorCount();
      try (Clients clients = new Clients(server)) {
        await().until(() -> descriptors().getOpenFileDescriptorCount() >= open + MANY);
        assertThat(honest.stat(ROOT).isDirectory()).isTrue();
        isServed(server);
        assertThat(heap() - heap).isLessThan((long) MANY * EACH);
        assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - buffers)
            .isLessThan(1 << 20);
        assertThat(clients.ended()).isZero();
      }
      await().until(() -> descriptors().getOpenFileDescriptorCount() < open + 100);
      isServed(server);
    }
  }

  @Test
  void connectionsOverTheLimitAreEndedAtOnce() throws Exception {
    try (TestServer server = new TestServer().mount("/m", new MemoryFileSystem());
        NinepClient client = server.session()) {
      Fids honest = new Fids(client);
      honest.attach(ROOT, "", -1);
      try (Clients clients = new Clients(server)) {
        await().until(() -> clients.ended() >= MANY - 1023);
        assertThat(honest.stat(ROOT).isDirectory()).isTrue();
      }
      // New connections are possible again.
      await()
          .until(
              () -> {
                try {
                  isServed(server);
                  return true;
                } catch (FsException e) {
                  return false;
                }
              });
    }
  }

  @Test
  void connectionsThatDoNotAttachInTimeAreEnded() throws Exception {
    try (TestServer server =
            new TestServer(Map.of("max_unattached", 2 * MANY, "handshake_timeout", "5s"));
        NinepClient client = server.session()) {
      Fids honest = new Fids(client);
      honest.attach(ROOT, "", -1);
      try (Clients clients = new Clients(server)) {
        await().until(() -> clients.ended() == MANY);
        assertThat(honest.stat(ROOT).isDirectory()).isTrue();
      }
    }
  }

  private static UnixOperatingSystemMXBean descriptors() {
    return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
  }
}
