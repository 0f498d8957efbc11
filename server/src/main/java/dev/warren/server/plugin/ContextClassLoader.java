package dev.warren.server.plugin;

/**
 * Sets the thread's context class loader while a plugin's code runs: libraries look there for
 * service providers and resources.
 */
final class ContextClassLoader implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final ClassLoader before = thread.getContextClassLoader();

  ContextClassLoader(ClassLoader loader) {
    thread.setContextClassLoader(loader);
  }

  @Override
  public void close() {
    thread.setContextClassLoader(before);
  }
}
