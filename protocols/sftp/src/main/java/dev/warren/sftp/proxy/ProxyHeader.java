package dev.warren.sftp.proxy;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY header says.
 *
 * @param client the client's address; null if the proxy connects for itself, as health checks do,
 *     or does not say for which address: the connection is the proxy's own then
 */
public record ProxyHeader(@Nullable InetSocketAddress client) {
  /** A header without the address of a client. */
  static final ProxyHeader NO_CLIENT = new ProxyHeader(null);
}
