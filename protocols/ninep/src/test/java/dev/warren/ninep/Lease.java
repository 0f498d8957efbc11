package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A lease on a file, held by another process (fcntl(2), F_SETLEASE): until it is given up, the
 * kernel lets no other process open the file. Held by a program in Python, because the JDK has no
 * such call.
 */
final class Lease implements AutoCloseable {
  private static final String HOLDER =
      """
      import fcntl, os, signal, sys
      signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGIO})
      file = os.open(sys.argv[1], os.O_RDWR)
      try:
          fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
      except OSError as e:
          print("no lease:", e, flush=True)
          sys.exit()
      print("held", flush=True)
      signal.sigwait({signal.SIGIO})
      print("wanted", flush=True)
      sys.stdin.readline()
      fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
      """;

  private final Process process;
  private final BufferedReader output;

  private Lease(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Takes a lease; skips the test, with the reason, if the machine has no Python or the file system
   * no leases.
   */
  static Lease take(Path file) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("python3", "-c", HOLDER, file.toString());
    Process process = null;
    try {
      process = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "a lease is held by python3, which cannot be started: " + e.getMessage());
    }
    Lease lease = new Lease(process);
    String first = lease.output.readLine();
    assumeTrue("held".equals(first), first);
    return lease;
  }

  /** Waits until another process wants to open the file. */
  void awaitWanted() throws IOException {
    assertThat(output.readLine()).isEqualTo("wanted");
  }

  /** Gives the lease up. */
  void giveUp() throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
