package dev.warren.server.host;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.warren.api.DescriptorBudget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limit of open file descriptors with which the process was started. */
final class ProcessDescriptors {
  private static final Logger log = LoggerFactory.getLogger(ProcessDescriptors.class);

  /** With a lower limit the host logs a warning, because clients would soon be refused. */
  private static final int FEW = 1024;

  /** The host reserves 1/RESERVED_PART of the limit for itself, within the two limits below. */
  private static final int RESERVED_PART = 3;

  private static final int LEAST_RESERVED = 64;
  private static final int MOST_RESERVED = 4096;

  private static final Path PROCESS = Path.of("/proc/self");
  private static final String LIMIT = "Max open files";

  private ProcessDescriptors() {}

  /**
   * Returns this process's budget. Clients may use what remains after the descriptors that are
   * already open (mostly jars and libraries) and a reserve: for connections, which have limits of
   * their own, listeners, event loops, the log, journals, and files that an operation opens
   * briefly.
   */
  static DescriptorBudget budget() throws IOException {
    long allowed;
    long open;
    if (Files.isReadable(PROCESS.resolve("limits"))) {
      allowed = allowed(Files.readAllLines(PROCESS.resolve("limits")));
      try (Stream<Path> numbers = Files.list(PROCESS.resolve("fd"))) {
        open = numbers.count();
      }
    } else {
      @Nullable UnixOperatingSystemMXBean system =
          ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
      if (system == null) {
        return DescriptorBudget.unlimited();
      }
      allowed = system.getMaxFileDescriptorCount();
      open = system.getOpenFileDescriptorCount();
    }
    DescriptorBudget budget =
        new DescriptorBudget(
            forClients(allowed, open), new RefusedDescriptors(allowed, System::nanoTime));
    if (allowed < FEW) {
      log.warn(
          "only {} file descriptors are allowed, {} of them for files that clients open:"
              + " raise 'ulimit -n', or LimitNOFILE= in a systemd unit, to 4096 or more",
          allowed,
          budget.limit());
    }
    return budget;
  }

  /**
   * Returns the soft limit, to which the JVM has raised it, from the lines of /proc/self/limits.
   */
  static long allowed(List<String> limits) throws IOException {
    for (String line : limits) {
      if (line.startsWith(LIMIT)) {
        String soft = line.substring(LIMIT.length()).strip().split("\\s+", 2)[0];
        return soft.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(soft);
      }
    }
    throw new IOException("/proc/self/limits has no '" + LIMIT + "'");
  }

  static int forClients(long allowed, long open) {
    long reserved = Math.clamp(allowed / RESERVED_PART, LEAST_RESERVED, MOST_RESERVED);
    return Math.clamp(allowed - open - reserved, 0, Integer.MAX_VALUE);
  }
}
