package dev.warren.database;

/** Makes threads that are the host's, whoever makes the call that they come of. */
final class HostThreads {
  private HostThreads() {}

  /** It would have the class loader of the plugin whose call makes it, and keep that. */
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
