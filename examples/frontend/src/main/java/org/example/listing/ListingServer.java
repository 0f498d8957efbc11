package org.example.listing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.frontend.AddressText;
import dev.warren.frontend.NonBlockingFirst;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Serves one port, with a virtual thread for each request. */
final class ListingServer implements RunningFrontEnd {
  private final NonBlockingFirst<FileSystem> files;
  private final HttpServer server;
  private final List<String> addresses;

  ListingServer(FileSystem files, InetSocketAddress listen) throws IOException {
    this.files = NonBlockingFirst.of(files);
    server = HttpServer.create(listen, 0);
    addresses = List.of(AddressText.of(server.getAddress()));
    server.setExecutor(Thread::startVirtualThread);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
      if (!addresses.contains(host)) { // sent by a page of another site (DNS rebinding)
        exchange.sendResponseHeaders(421, -1);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
      } else {
        get(exchange, exchange.getRequestURI().getRawPath());
      }
    }
  }

  private void get(HttpExchange exchange, String raw) throws IOException {
    try {
      String text = URLDecoder.decode(raw.replace("+", "%2B"), ISO_8859_1);
      VfsPath path = VfsPath.parse(FileNames.decode(text.getBytes(ISO_8859_1)));
      if (ask(fs -> fs.stat(path)).type() != FileType.DIRECTORY) {
        try (OpenFile file = files.target().open(path, OpenOptions.READ, 0)) {
          exchange.sendResponseHeaders(200, 0);
          copy(file, exchange.getResponseBody());
        }
      } else if (raw.endsWith("/")) {
        try (OpenDirectory directory = files.target().openDirectory(path)) {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, 0);
          list(directory, new PrintStream(exchange.getResponseBody()));
        }
      } else { // relative links of the page would not resolve below this path
        exchange.getResponseHeaders().set("Location", raw + "/");
        exchange.sendResponseHeaders(301, -1);
      }
    } catch (FsException e) {
      boolean hangs = e.errno() == Errno.ETIMEDOUT;
      exchange.sendResponseHeaders(hangs ? 504 : e.errno() == Errno.EIO ? 500 : 404, -1);
    }
  }

  /** Calls the file system, with a time limit, because a mount may hang. */
  private <R> R ask(NonBlockingFirst.Request<FileSystem, R> request) throws IOException {
    Cancellation ending = new Cancellation();
    try {
      return files
          .start(request, ending, Thread::startVirtualThread)
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FsException failed ? failed : new IOException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      ending.cancel();
      throw new FsException(Errno.ETIMEDOUT, "the mount does not respond");
    }
  }

  private static void copy(OpenFile file, OutputStream out) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
    for (long at = 0; file.read(piece.clear(), at) > 0; at += piece.position()) {
      out.write(piece.array(), 0, piece.position());
    }
  }

  private static void list(OpenDirectory directory, PrintStream page) throws IOException {
    directory.readNames(
        0,
        (buffer, start, length, type, id, cookie) -> {
          String name = new String(buffer, start, length, ISO_8859_1);
          String link = URLEncoder.encode(name, ISO_8859_1).replace("+", "%20");
          link += type == FileType.DIRECTORY ? "/" : "";
          page.printf("<a href='%s'>%s</a><br>%n", link, link);
          return true;
        });
    if (page.checkError()) {
      throw new IOException("the client has disconnected");
    }
  }

  @Override
  public List<String> addresses() {
    return addresses;
  }

  @Override
  public List<SessionInfo> sessions() {
    return List.of(); // requests are too short to be listed as sessions
  }

  @Override
  public boolean disconnect(String sessionId) {
    return false;
  }

  @Override
  public void drain(Duration atMost) {
    server.stop((int) atMost.toSeconds());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
