package dev.warren.server.host;

/**
 * Netty's id of this machine. To identify channels across machines, Netty would look for a network
 * card's address, and warn if there is none. Here there is one machine.
 */
final class MachineId {
  private static final String KEY = "io.netty.machineId";

  private MachineId() {}

  /** Sets the id unless there is one. Netty reads it once, when the first channel is opened. */
  static void set() {
    if (System.getProperty(KEY) == null) {
      System.setProperty(KEY, "00:00:00:00:00:00");
    }
  }
}
