package dev.warren.server.http;

import dev.warren.frontend.Source;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: reads a request, waits for its page, writes the response, and only then reads the
 * next. Reads are explicit (no auto-read), and messages arrive one at a time.
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject>
    implements ConnectionQuota.Member {
  private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

  private final HttpService service;
  private final Channel channel;
  private final Source source;
  private ConnectionState state = ConnectionState.CONNECTED;
  private @Nullable Future<?> timeout;
  private @Nullable HttpRequest request;
  private @Nullable RequestHead head;
  private long bodyBytes;
  private long waitingBytes;

  HttpConnection(HttpService service, Channel channel) {
    this.service = service;
    this.channel = channel;
    this.source = Source.of(channel.remoteAddress()).withOneLoopback();
  }

  @Override
  public Source source() {
    return source;
  }

  @Override
  public boolean canGo() {
    return state.waitsForPeer();
  }

  @Override
  public long waitingBytes() {
    return waitingBytes;
  }

  @Override
  public void drop() {
    service.drops().count(Drops.Reason.QUOTA, source);
    var _ = channel.close();
  }

  /** Closes the connection once the response in progress is sent, or at once if there is none. */
  void goodbye() {
    if (state == ConnectionState.CONNECTED || state == ConnectionState.IDLE) {
      var _ = channel.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    enter(ConnectionState.CONNECTED);
    context.read();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    enter(ConnectionState.CLOSED);
  }

  private void enter(ConnectionState next) {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
    state = next;
    if (next != ConnectionState.CLOSED) {
      timeout =
          channel
              .eventLoop()
              .schedule(
                  () -> timedOut(next),
                  service.limits().longest(next).toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void timedOut(ConnectionState then) {
    switch (then) {
      case COMPUTING -> {
        if (head != null) {
          respond(service.responses().late(head.path()));
        }
      }
      case CONNECTED -> end(Drops.Reason.REQUEST);
      case RESPONDING -> end(Drops.Reason.ANSWER);
      case IDLE, LINGERING, CLOSED -> {
        var _ = channel.close();
      }
    }
  }

  private void end(Drops.Reason reason) {
    service.drops().count(reason, source);
    var _ = channel.close();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (state == ConnectionState.LINGERING) {
      context.read(); // further input is discarded
      return;
    }
    if (message instanceof HttpRequest first) {
      request = first;
      head = RequestHead.of(first, service.names());
      bodyBytes = 0;
    }
    HttpRequest asked = request;
    RequestHead judged = head;
    if (asked == null || judged == null) {
      return; // the rest of a request that was refused before its end
    }
    if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
      judged = refuse(RequestHead.broken(content.decoderResult().cause()));
    } else if (message instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
      if (bodyBytes > HttpLimits.MOST_BODY) {
        judged =
            refuse(
                Response.text(
                    413, "a request has at most %d bytes\n".formatted(HttpLimits.MOST_BODY)));
      }
    }
    boolean broken = judged.refusal() != null && isLast(judged.refusal());
    if (message instanceof LastHttpContent || broken || HttpUtil.is100ContinueExpected(asked)) {
      lookUp(judged);
    } else {
      context.read();
    }
  }

  /** Continues to read after a part of a request has arrived. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (state.wantsMore()) {
      context.read();
    }
  }

  private RequestHead refuse(Response response) {
    RequestHead refused = new RequestHead("", response);
    head = refused;
    return refused;
  }

  /**
   * Whether the connection must close after this response, because no further request can be
   * parsed.
   */
  private static boolean isLast(Response refusal) {
    return switch (refusal.status()) {
      case 400, 413, 414, 431, 505 -> true;
      default -> false;
    };
  }

  private void lookUp(RequestHead judged) {
    if (judged.refusal() != null) {
      respond(judged.refusal());
      return;
    }
    CompletableFuture<Response> page = service.responses().to(judged.path());
    Response now = page.getNow(null);
    if (now != null) {
      respond(now);
      return;
    }
    enter(ConnectionState.COMPUTING);
    var _ =
        page.thenAcceptAsync(
            response -> {
              if (state == ConnectionState.COMPUTING && judged.equals(head)) {
                respond(response);
              }
            },
            channel.eventLoop());
  }

  private void respond(Response response) {
    HttpRequest asked = request;
    if (asked == null) {
      return;
    }
    boolean stays =
        HttpUtil.isKeepAlive(asked)
            && !HttpUtil.is100ContinueExpected(asked)
            && !isLast(response)
            && !service.isEnding();
    boolean bodiless = asked.method().equals(HttpMethod.HEAD);
    request = null;
    head = null;
    long bytes = bodiless ? 0 : response.body().length;
    service.quota().makeRoom(bytes);
    waitingBytes = bytes;
    enter(ConnectionState.RESPONDING);
    ChannelFuture written = channel.writeAndFlush(encoded(asked, response, bodiless, stays));
    var _ = written.addListener(done -> responded(done.isSuccess(), stays));
  }

  private static FullHttpResponse encoded(
      HttpRequest asked, Response response, boolean bodiless, boolean stays) {
    ByteBuf body = bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body());
    FullHttpResponse encoded =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), body);
    encoded
        .headers()
        .set("Content-type", response.type())
        .set("Content-length", response.body().length)
        .set("Content-security-policy", response.policy())
        .set("X-content-type-options", "nosniff")
        .set("Referrer-policy", "no-referrer")
        .set("Cache-control", "no-store");
    if (response.status() == 405) {
      encoded.headers().set("Allow", "GET, HEAD");
    }
    HttpUtil.setKeepAlive(encoded.headers(), asked.protocolVersion(), stays);
    if (!stays) {
      encoded.headers().set("Connection", "close");
    }
    return encoded;
  }

  private void responded(boolean success, boolean stays) {
    waitingBytes = 0;
    if (state == ConnectionState.CLOSED) {
      return;
    }
    if (!success) {
      var _ = channel.close();
    } else if (stays && !service.isEnding()) {
      enter(ConnectionState.IDLE);
      var _ = channel.read();
    } else {
      enter(ConnectionState.LINGERING);
      if (channel instanceof DuplexChannel half) {
        var _ = half.shutdownOutput();
      }
      var _ = channel.read();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("{}: {}", channel.remoteAddress(), cause.getMessage());
    } else {
      log.error("a request from {} failed", channel.remoteAddress(), cause);
    }
    var _ = context.close();
  }
}
