package dev.warren.gptfs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** An endpoint where each call waits until a simulation decides on its outcome. */
final class SimulatedEndpoint implements AutoCloseable {
  /**
   * Ports from here on are not used for outgoing connections, so that a port can be reused later.
   */
  private static final int FIRST_PORT = 20_000;

  private static final int LAST_PORT = 30_000;

  private final SimulatedCalls calls;
  private final int port;
  private final List<Call> waiting = new ArrayList<>();
  private @Nullable ServerSocket server;
  private CountDownLatch ended;
  private int host;

  /** A call that waits. */
  record Call(String prompt, int number, Socket connection) {}

  SimulatedEndpoint(SimulatedCalls calls) throws IOException {
    this.calls = calls;
    server = anywhere();
    port = server.getLocalPort();
    ended = accept(server);
  }

  private static ServerSocket anywhere() throws IOException {
    while (true) {
      try {
        return listen(ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT));
      } catch (BindException _) {
        // the port is in use: try another one
      }
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The URL for a new host. The calls of earlier hosts end without an answer. */
  String urlForNewHost() throws IOException {
    List<Call> orphans;
    synchronized (this) {
      host++;
      orphans = List.copyOf(waiting);
      waiting.clear();
    }
    for (Call call : orphans) {
      calls.ended(call.prompt(), call.number(), SimulatedCalls.ORPHANED);
      call.connection().close();
    }
    return "http://127.0.0.1:" + port + "/" + host + "/v1/chat/completions";
  }

  /** Refuses connections, or accepts them again. */
  void refuse(boolean refuse) throws IOException {
    if (refuse && server != null) {
      server.close();
      Until.released(ended); // until then the port is in use
      server = null;
    } else if (!refuse && server == null) {
      server = listen(port);
      ended = accept(server);
    }
  }

  /** The waiting calls, in the order of their prompts. */
  synchronized List<Call> waiting() {
    return waiting.stream().sorted(Comparator.comparing(Call::prompt)).toList();
  }

  /** Ends a call with a response; without one, the connection is closed. */
  void answer(Call call, String outcome, @Nullable String response) throws IOException {
    synchronized (this) {
      if (!waiting.remove(call)) {
        return; // cancelled meanwhile
      }
    }
    calls.ended(call.prompt(), call.number(), outcome);
    try (Socket connection = call.connection()) {
      if (response != null) {
        connection.getOutputStream().write(response.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // the client has disconnected
    }
  }

  /** Accepts connections; the latch that this returns is released when no more are accepted. */
  private CountDownLatch accept(ServerSocket from) {
    CountDownLatch end = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket socket = from.accept();
                  Thread.ofVirtual().start(() -> serve(socket));
                }
              } catch (IOException e) {
                end.countDown();
              }
            });
    return end;
  }

  /** Reads one request, and then waits until the call has ended on either side. */
  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String head = RawServer.head(in);
      if (head.isEmpty()) {
        return;
      }
      Call call = begin(FakeModel.prompt(RawServer.body(in, head)), head, socket);
      if (call == null) {
        return;
      }
      try {
        int _ = in.read();
      } finally {
        cancelled(call);
      }
    } catch (IOException e) {
      // ended
    }
  }

  /**
   * Returns a call that waits from now on; null if its host has died: such a call gets no answer.
   */
  private @Nullable Call begin(String prompt, String head, Socket socket) {
    synchronized (this) {
      int number = calls.arrived(prompt);
      Call call = new Call(prompt, number, socket);
      if (head.contains(" /" + host + "/")) {
        waiting.add(call);
        return call;
      }
      calls.ended(prompt, number, SimulatedCalls.ORPHANED);
      return null;
    }
  }

  private synchronized void cancelled(Call call) {
    if (waiting.remove(call)) {
      calls.ended(call.prompt(), call.number(), SimulatedCalls.CANCELLED);
    }
  }

  @Override
  public void close() throws IOException {
    String _ = urlForNewHost();
    refuse(true);
  }
}
