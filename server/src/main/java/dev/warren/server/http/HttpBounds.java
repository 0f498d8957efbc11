package dev.warren.server.http;

import java.util.Map;

/**
 * Sets the limits of the JDK's HTTP server, which plugins use. They are system properties that the
 * JDK reads once per process, so this must run before the first such server is created. Properties
 * set on the command line are kept.
 */
final class HttpBounds {
  /**
   * In this order: connections; seconds to receive a request and to send a response; bytes and
   * number of headers; seconds between checks for idle connections, and how many of those are kept;
   * no delay of small packets.
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
