package dev.warren.gptfs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Counts the requests that actually arrive. A script provides the response to each request. */
final class RawServer implements AutoCloseable {
  /** Decides what happens after a request has been read completely. */
  @FunctionalInterface
  interface Script {
    /** Returns the bytes to send; null closes the connection without a response. */
    String answer(int number, String body);
  }

  final List<String> posts = Collections.synchronizedList(new ArrayList<>());
  private final ServerSocket server;
  private final Script script;

  RawServer(Script script) throws IOException {
    this.script = script;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/v1/chat/completions";
  }

  static String response(int code, String body, String... headers) {
    StringBuilder text = new StringBuilder("HTTP/1.1 " + code + " X\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text
        + "Content-Type: application/json\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        String body = body(in, head);
        String answer;
        synchronized (this) {
          posts.add(body);
          answer = script.answer(posts.size(), body);
        }
        if (answer == null) {
          return;
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
      }
    } catch (IOException e) {
      // the client has disconnected
    }
  }

  /** Reads the head of a request; empty at the end of the input. */
  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int end = 0; // how many of the four characters that end a head were read last
    while (end < 4) {
      int c = in.read();
      if (c < 0) {
        return "";
      }
      head.append((char) c);
      end = c == "\r\n\r\n".charAt(end) ? end + 1 : c == '\r' ? 1 : 0;
    }
    return head.toString();
  }

  /** Reads the body that follows a head. */
  static String body(InputStream in, String head) throws IOException {
    int length = 0;
    for (String line : head.lines().toList()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
