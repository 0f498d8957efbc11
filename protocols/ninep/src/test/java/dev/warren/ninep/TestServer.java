package dev.warren.ninep;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.config.Config;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.client.ClientFileSystem;
import dev.warren.ninep.client.NinepClient;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.frontend.FrontEndHost;
import dev.warren.testkit.frontend.ServedContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server on a free loopback port, with the test's namespace. */
final class TestServer implements AutoCloseable {
  private final FrontEndHost host;
  private final RunningFrontEnd running;

  /** Serves with the default configuration. */
  TestServer() throws IOException {
    this(Map.of());
  }

  /**
   * Serves with a configuration.
   *
   * @param section the keys of the section, with or without {@code listen}
   */
  TestServer(Map<String, ?> section) throws IOException {
    this(section, new MemoryBudget(1L << 30, 1L << 30));
  }

  /** Serves with a memory budget. */
  TestServer(Map<String, ?> section, MemoryBudget memory) throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("listen", List.of("127.0.0.1:0")));
    all.putAll(section);
    host = new FrontEndHost(Path.of("."), memory);
    running = host.start(new NinepFrontEnd(), all);
  }

  /** The context of a front end that serves these files. */
  static FrontEndContext context(SharedFileSystem files) {
    return new ServedContext(files, Path.of("."));
  }

  /** The section of the configuration. */
  static Config config(Map<String, ?> section) {
    return new NinepFrontEnd().configSpec().parse(section).orThrow();
  }

  /** Mounts a file system. */
  TestServer mount(String path, FileSystem files) throws FsException {
    host.mount(path, files);
    return this;
  }

  /** A localfs on a directory. */
  static FileSystem localfs(Path directory) throws IOException {
    return localfs(directory, Map.of());
  }

  /** A localfs on a directory, with more configuration. */
  static FileSystem localfs(Path directory, Map<String, ?> config) throws IOException {
    LocalfsPlugin plugin = new LocalfsPlugin();
    Map<String, Object> all = new HashMap<>(config);
    all.put("local_dir", directory.toString());
    return plugin.open(TestContext.in(directory, plugin), plugin.configSpec().parse(all).orThrow());
  }

  /** The namespace that is served. */
  Namespace namespace() {
    return host.namespace();
  }

  /** The front end. */
  RunningFrontEnd running() {
    return running;
  }

  /** The address it listens on. */
  InetSocketAddress address() {
    return address(running);
  }

  /** The address a front end listens on. */
  static InetSocketAddress address(RunningFrontEnd running) {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), FrontEndHost.port(running.addresses().getFirst()));
  }

  /** Connects, without sending anything. */
  NinepClient connect() throws IOException {
    return NinepClient.connect(address());
  }

  /** Connects and starts a session. */
  NinepClient session() throws IOException {
    return connect().version(1 << 20);
  }

  /** The namespace, or a part of it, through its own connection. */
  ClientFileSystem client(String aname) throws IOException {
    NinepClient client = session();
    return new ClientFileSystem(client, client.attach(aname, NinepClient.NONUNAME));
  }

  @Override
  public void close() {
    host.close();
  }
}
