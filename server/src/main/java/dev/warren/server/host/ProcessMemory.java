package dev.warren.server.host;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.warren.api.MemoryBudget;
import java.lang.management.ManagementFactory;

/** How much memory the JVM may use, as it was started. */
final class ProcessMemory {
  private ProcessMemory() {}

  /** The budget of this process. */
  static MemoryBudget budget() {
    long heap = Runtime.getRuntime().maxMemory();
    return MemoryBudget.ofProcess(heap, directMemory(heap));
  }

  /** What -XX:MaxDirectMemorySize says; without it as much as the heap may have. */
  private static long directMemory(long heap) {
    String option =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxDirectMemorySize")
            .getValue();
    long bytes = Long.parseLong(option);
    return bytes > 0 ? bytes : heap;
  }
}
