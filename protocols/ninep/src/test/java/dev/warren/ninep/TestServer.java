package dev.warren.ninep;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.namespace.MountOptions;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.client.ClientFileSystem;
import dev.warren.ninep.client.NinepClient;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server on a free port of the loopback, over a namespace of the test's. */
final class TestServer implements AutoCloseable {
  private final Namespace namespace = new Namespace();
  private final RunningFrontEnd running;

  /** Serves with defaults. */
  TestServer() throws IOException {
    this(Map.of());
  }

  /**
   * Serves with a configuration.
   *
   * @param section keys beside {@code listen}, or with it
   */
  TestServer(Map<String, ?> section) throws IOException {
    this(section, new MemoryBudget(1L << 30, 1L << 30));
  }

  /** Serves within a budget. */
  TestServer(Map<String, ?> section, MemoryBudget memory) throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("listen", List.of("127.0.0.1:0")));
    all.putAll(section);
    running =
        new NinepFrontEnd()
            .start(new ServedFiles(namespace, Path.of("."), memory), ServedFiles.config(all));
  }

  /** Mounts a file system. */
  TestServer mount(String path, FileSystem files) throws FsException {
    namespace.mount(VfsPath.parse(path), files, MountOptions.of("test"));
    return this;
  }

  /** A localfs of a directory. */
  static FileSystem localfs(Path directory) throws IOException {
    return localfs(directory, Map.of());
  }

  /** A localfs of a directory, with a configuration beside. */
  static FileSystem localfs(Path directory, Map<String, ?> config) throws IOException {
    LocalfsPlugin plugin = new LocalfsPlugin();
    Map<String, Object> all = new HashMap<>(config);
    all.put("local_dir", directory.toString());
    return plugin.open(TestContext.in(directory, plugin), plugin.configSpec().parse(all).orThrow());
  }

  /** What is served. */
  Namespace namespace() {
    return namespace;
  }

  /** The front end. */
  RunningFrontEnd running() {
    return running;
  }

  /** Where it listens. */
  InetSocketAddress address() {
    String bound = running.addresses().getFirst();
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(),
        Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1)));
  }

  /** A connection that has said nothing yet. */
  NinepClient connect() throws IOException {
    return NinepClient.connect(address());
  }

  /** A connection with a session. */
  NinepClient session() throws IOException {
    return connect().version(1 << 20);
  }

  /** The namespace, or a part of it, through a connection of its own. */
  ClientFileSystem client(String aname) throws IOException {
    NinepClient client = session();
    return new ClientFileSystem(client, client.attach(aname, NinepClient.NONUNAME));
  }

  @Override
  public void close() {
    running.close();
    namespace.close();
  }
}
