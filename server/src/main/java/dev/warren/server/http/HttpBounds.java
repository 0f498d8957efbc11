package dev.warren.server.http;

import java.util.Map;

/**
 * The bounds of the JDK's HTTP server. They are system properties, read once in the process: it
 * must come before whoever makes the first server. What the command line sets stays.
 */
final class HttpBounds {
  /**
   * Connections; seconds until a request has come and an answer has gone; bytes and number of
   * headers; seconds between looks for idle connections, and how many of those are kept.
   */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "jdk.httpserver.maxConnections", "64",
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "120",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.idleInterval", "30",
          "sun.net.httpserver.maxIdleConnections", "16",
          "sun.net.httpserver.nodelay", "true");

  private HttpBounds() {}

  static void set() {
    PROPERTIES.forEach(
        (property, value) -> {
          if (System.getProperty(property) == null) {
            System.setProperty(property, value);
          }
        });
  }
}
