package dev.warren.server;

import dev.warren.server.plugin.JarBuilder;
import dev.warren.server.plugin.PluginSources;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The plugin {@code stuck}: looking up a name that begins with "never" makes a system call that
 * does not return.
 */
final class StuckPlugin {
  private StuckPlugin() {}

  static void install(Path home) throws IOException {
    new JarBuilder()
        .source(
            "p.Main",
            PluginSources.plugin(
                "Main",
                "stuck",
                "\"\"",
                """
                FileSystem inner = context.inner("memfs", Map.of());
                return context.blockingCalls().around(new Stuck(inner));
                """,
                """
                static final class Stuck implements FileSystem {
                  final FileSystem inner;
                  Stuck(FileSystem inner) { this.inner = inner; }
                  static void poll(int millis) {
                    try {
                      var linker = java.lang.foreign.Linker.nativeLinker();
                      int ignored = (int) linker.downcallHandle(
                          linker.defaultLookup().findOrThrow("poll"),
                          java.lang.foreign.FunctionDescriptor.of(
                              java.lang.foreign.ValueLayout.JAVA_INT,
                              java.lang.foreign.ValueLayout.JAVA_LONG,
                              java.lang.foreign.ValueLayout.JAVA_LONG,
                              java.lang.foreign.ValueLayout.JAVA_INT)).invokeExact(0L, 0L, millis);
                    } catch (Throwable t) { throw new AssertionError(t); }
                  }
                  public FileAttributes stat(VfsPath p) throws FsException {
                    if (p.name().startsWith("never")) poll(-1);
                    return inner.stat(p);
                  }
                  public OpenFile open(VfsPath p, OpenOptions o, int m) throws FsException { return inner.open(p, o, m); }
                  public OpenDirectory openDirectory(VfsPath p) throws FsException { return inner.openDirectory(p); }
                  public void mkdir(VfsPath p, int m) throws FsException { inner.mkdir(p, m); }
                  public void unlink(VfsPath p) throws FsException { inner.unlink(p); }
                  public void rmdir(VfsPath p) throws FsException { inner.rmdir(p); }
                  public void rename(VfsPath a, VfsPath b, boolean r) throws FsException { inner.rename(a, b, r); }
                  public void close() throws FsException { inner.close(); }
                }
                """))
        .provider("p.Main")
        .build(home.resolve("plugins/stuck/stuck.jar"));
  }
}
