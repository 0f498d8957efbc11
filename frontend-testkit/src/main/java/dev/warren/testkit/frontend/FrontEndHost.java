package dev.warren.testkit.frontend;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A host for front ends in a test, which serve its namespace. Closing it ends the front ends and
 * unmounts everything. Use from one thread at a time.
 */
public final class FrontEndHost implements AutoCloseable {
  private final Namespace namespace = new Namespace();
  private final List<RunningFrontEnd> running = new ArrayList<>();
  private final FrontEndContext context;

  /**
   * Creates a host that serves an empty namespace.
   *
   * @param state an existing directory for the state of front ends
   */
  public FrontEndHost(Path state) {
    this.context = new ServedContext(namespace, state);
  }

  /** Creates a host with the test's own memory budget. */
  public FrontEndHost(Path state, MemoryBudget memory) {
    this.context = new ServedContext(namespace, state, memory);
  }

  /** Mounts a file system, which the host closes. */
  public FrontEndHost mount(String path, FileSystem files) throws FsException {
    namespace.mount(TestFiles.path(path), files, MountDescription.of("test"));
    return this;
  }

  /** The namespace that is served. */
  public Namespace namespace() {
    return namespace;
  }

  /** The context that front ends get. */
  public FrontEndContext context() {
    return context;
  }

  /**
   * Starts a front end as the host does: its section is checked first.
   *
   * @param section in the form that the YAML would be parsed to
   * @throws IOException if it cannot start
   * @throws IllegalArgumentException if the section is invalid, with all problems
   */
  public RunningFrontEnd start(FrontEnd frontEnd, Map<String, ?> section) throws IOException {
    ConfigSpec.Result result = frontEnd.configSpec().parse(section);
    List<ConfigProblem> problems = new ArrayList<>(result.problems());
    Config config = result.config();
    if (config != null) {
      problems.addAll(frontEnd.check(config));
    }
    if (config == null || !problems.isEmpty()) {
      throw new IllegalArgumentException(frontEnd.name() + ": " + problems);
    }
    RunningFrontEnd started = frontEnd.start(context, config);
    running.add(started);
    return started;
  }

  /** A port of 127.0.0.1 that is not in use. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** The port in an address such as {@code 127.0.0.1:2022} or {@code http://127.0.0.1:2080/}. */
  public static int port(String address) {
    String end = address.substring(address.lastIndexOf(':') + 1);
    return Integer.parseInt(end.replaceAll("[^0-9].*", ""));
  }

  @Override
  public void close() {
    running.forEach(RunningFrontEnd::close);
    namespace.close();
  }
}
