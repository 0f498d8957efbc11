package dev.warren.server.host;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.warren.api.MemoryBudget;
import java.lang.management.ManagementFactory;

/** The memory limits with which the JVM was started. */
final class ProcessMemory {
  private ProcessMemory() {}

  /** This process's budget. */
  static MemoryBudget budget() {
    long heap = Runtime.getRuntime().maxMemory();
    return MemoryBudget.ofProcess(heap, directMemory(heap));
  }

  /**
   * The value of -XX:MaxDirectMemorySize; if it is not set, the limit of the heap, as in the JVM.
   */
  private static long directMemory(long heap) {
    String option =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxDirectMemorySize")
            .getValue();
    long bytes = Long.parseLong(option);
    return bytes > 0 ? bytes : heap;
  }
}
