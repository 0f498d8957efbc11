package dev.warren.server.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks which capabilities (capabilities(7)) the process's threads have. An attacker who exploits
 * a bug in the host gains no more than these.
 */
final class ThreadCapabilities {
  private static final Logger log = LoggerFactory.getLogger(ThreadCapabilities.class);

  private static final String EFFECTIVE = "CapEff:";

  /**
   * The capabilities that mounts need: chown, dac_override, dac_read_search, fowner, fsetid,
   * setgid, setuid, net_bind_service, mknod and setfcap, as a bit mask.
   */
  private static final long NEEDED = 0x8800_04dfL;

  private ThreadCapabilities() {}

  /**
   * Warns of capabilities that no mount needs.
   *
   * @throws IOException if the threads differ, so that what the host may do would depend on the
   *     thread
   */
  static void check() throws IOException {
    check(Path.of("/proc/self/task"));
  }

  /**
   * Like {@link #check()}.
   *
   * @param tasks contains a directory for each thread, with its {@code status}
   */
  static void check(Path tasks) throws IOException {
    if (!Files.isReadable(tasks)) {
      return;
    }
    Set<Long> found = new TreeSet<>();
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        try {
          found.add(effective(Files.readAllLines(thread.resolve("status"))));
        } catch (IOException e) {
          if (Files.exists(thread)) {
            throw e;
          }
        }
      }
    }
    if (found.size() > 1) {
      throw new IOException(
          "the threads of the host have different capabilities: start it by bin/warren");
    }
    for (long capabilities : found) {
      if (needless(capabilities)) {
        log.warn(
            "the host runs with capabilities that no mount needs ({}): start it by bin/warren, or"
                + " the unit, which drop them",
            Long.toHexString(capabilities & ~NEEDED));
      }
    }
  }

  static boolean needless(long capabilities) {
    return (capabilities & ~NEEDED) != 0;
  }

  /** Returns the effective capabilities from the lines of a thread's status. */
  static long effective(List<String> status) throws IOException {
    for (String line : status) {
      if (line.startsWith(EFFECTIVE)) {
        return Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
      }
    }
    throw new IOException("/proc shows no capabilities of a thread");
  }
}
