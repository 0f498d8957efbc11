package dev.warren.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page that a request asks for, or the response that refuses the request.
 *
 * @param path the path, decoded and without its query
 * @param refusal the response if the request is refused; null otherwise
 */
record RequestHead(String path, @Nullable Response refusal) {
  /** Checks a request's first line and headers. */
  static RequestHead of(HttpRequest request, HostNames names) {
    if (request.decoderResult().isFailure()) {
      return refused(broken(request.decoderResult().cause()));
    }
    if (request.protocolVersion().majorVersion() != 1) {
      return refused(Response.text(505, "HTTP/1.1 only\n"));
    }
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    // RFC 9112, section 3.2
    if (hosts.size() > 1 || (hosts.isEmpty() && isAtLeast11(request.protocolVersion()))) {
      return refused(Response.text(400, "a request has one header Host\n"));
    }
    String host = hosts.isEmpty() ? null : hosts.getFirst();
    String path;
    try {
      String target = request.uri();
      if (target.startsWith("/")) {
        path = new QueryStringDecoder(target).path();
      } else {
        URI uri = new URI(target);
        host = uri.getRawAuthority() == null ? host : uri.getRawAuthority();
        path = uri.getPath() == null || uri.getPath().isEmpty() ? "/" : uri.getPath();
      }
    } catch (URISyntaxException | IllegalArgumentException _) {
      return refused(Response.text(400, "this is not a path\n"));
    }
    if (!names.contains(host)) {
      return refused(
          Response.text(421, "this is not the host that you asked for; see http.hosts\n"));
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return refused(Response.text(405, "GET only\n"));
    }
    return new RequestHead(path, null);
  }

  /** The response to a request that could not be parsed. */
  static Response broken(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          Response.text(
              414, "the first line has more than %d bytes\n".formatted(HttpLimits.MOST_LINE));
      case TooLongHttpHeaderException _ ->
          Response.text(
              431, "the headers have more than %d bytes\n".formatted(HttpLimits.MOST_HEADERS));
      default -> Response.text(400, "this is not HTTP\n");
    };
  }

  private static boolean isAtLeast11(HttpVersion version) {
    return version.compareTo(HttpVersion.HTTP_1_1) >= 0;
  }

  private static RequestHead refused(Response response) {
    return new RequestHead("", response);
  }
}
