package dev.warren.gptfs.config;

import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How calls are made.
 *
 * @param connect for a connection
 * @param read without a byte of an answer
 * @param streamIdle without a byte of a stream
 * @param call for a whole call
 * @param proxy for all calls; null for the JVM's choice
 * @param caFile PEM certificates to trust besides the system's; null for none
 * @param maxResponseBytes of one answer
 */
public record HttpSettings(
    Duration connect,
    Duration read,
    Duration streamIdle,
    Duration call,
    @Nullable Proxy proxy,
    @Nullable Path caFile,
    long maxResponseBytes) {
  /** The same without a proxy, not even the JVM's. */
  HttpSettings direct() {
    return new HttpSettings(
        connect, read, streamIdle, call, Proxy.NO_PROXY, caFile, maxResponseBytes);
  }
}
