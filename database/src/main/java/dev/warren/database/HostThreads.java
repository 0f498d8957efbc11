package dev.warren.database;

/** Creates threads that belong to the host, even if a plugin's call creates them. */
final class HostThreads {
  private HostThreads() {}

  /**
   * Creates an unstarted thread with the host's class loader: by default it would inherit the
   * plugin's, and keep that class loader in memory.
   */
  static Thread of(String name, Runnable work) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false)
            .name(name)
            .unstarted(work);
    thread.setContextClassLoader(HostThreads.class.getClassLoader());
    return thread;
  }
}
