package dev.warren.gptfs.config;

import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How calls are made.
 *
 * @param connect the timeout for a connection
 * @param read the longest time without a byte of a response
 * @param streamIdle the longest time without a byte of a stream
 * @param call the timeout for a whole call
 * @param proxy the proxy for all calls; null for that of the environment or of the JVM
 * @param caFile PEM certificates to trust besides the system's; null for none
 * @param maxResponseBytes how many bytes one response may have
 */
public record HttpSettings(
    Duration connect,
    Duration read,
    Duration streamIdle,
    Duration call,
    @Nullable Proxy proxy,
    @Nullable Path caFile,
    long maxResponseBytes) {
  /** The same settings without any proxy. */
  HttpSettings direct() {
    return new HttpSettings(
        connect, read, streamIdle, call, Proxy.NO_PROXY, caFile, maxResponseBytes);
  }
}
