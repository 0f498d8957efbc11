package dev.warren.gptfs.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that {@code HTTPS_PROXY}, {@code http_proxy}, {@code ALL_PROXY} and {@code NO_PROXY}
 * name, read as curl reads them; where they name none, the JVM's choice. Loopback addresses bypass
 * the proxies of the environment.
 *
 * @see <a href="https://curl.se/docs/manpage.html">curl(1), "ENVIRONMENT"</a>
 */
final class EnvironmentProxies extends ProxySelector {
  private final Map<String, String> environment;
  private final @Nullable ProxySelector otherwise;

  /**
   * A selector.
   *
   * @param otherwise used where the environment names no proxy; null for a direct connection
   */
  EnvironmentProxies(Map<String, String> environment, @Nullable ProxySelector otherwise) {
    this.environment = environment;
    this.otherwise = otherwise;
  }

  @Override
  public List<Proxy> select(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    // A CGI server sets HTTP_PROXY from a request's "Proxy" header, so curl ignores that name.
    String named =
        scheme.equals("https") ? first("https_proxy", "HTTPS_PROXY") : first("http_proxy");
    String proxy = named == null ? first("all_proxy", "ALL_PROXY") : named;
    if (proxy == null) {
      return otherwise == null ? List.of(Proxy.NO_PROXY) : otherwise.select(uri);
    }
    return isDirect(uri.getHost()) ? List.of(Proxy.NO_PROXY) : List.of(proxy(proxy));
  }

  private @Nullable String first(String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return null;
  }

  private boolean isDirect(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals("localhost") || name.startsWith("127.") || name.equals("[::1]")) {
      return true;
    }
    String exceptions = Objects.requireNonNullElse(first("no_proxy", "NO_PROXY"), "");
    for (String item : exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
      String domain = item.startsWith(".") ? item.substring(1) : item;
      if (item.equals("*")
          || (!domain.isEmpty() && (name.equals(domain) || name.endsWith("." + domain)))) {
        return true;
      }
    }
    return false;
  }

  private static Proxy proxy(String text) {
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(
          "the environment names a proxy that is not a URL: " + text);
    }
    boolean socks = scheme.startsWith("socks");
    int port = uri.getPort() > 0 ? uri.getPort() : socks ? 1080 : scheme.equals("https") ? 443 : 80;
    return new Proxy(
        socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
        InetSocketAddress.createUnresolved(uri.getHost(), port));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    if (otherwise != null) {
      otherwise.connectFailed(uri, address, e);
    }
  }
}
