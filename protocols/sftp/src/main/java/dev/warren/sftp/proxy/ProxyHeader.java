package dev.warren.sftp.proxy;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a PROXY header.
 *
 * @param client the client's address; null if the proxy connects for itself, as for a health check,
 *     or does not give the address: the connection then counts as the proxy's own
 */
public record ProxyHeader(@Nullable InetSocketAddress client) {
  /** A header without the address of a client. */
  static final ProxyHeader NO_CLIENT = new ProxyHeader(null);
}
