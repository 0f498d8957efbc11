package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection, with a clock that the test moves. */
class HttpConnectionTest {
  private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final CountDownLatch release = new CountDownLatch(1);
  private final HttpLimits httpLimits = HttpLimits.of(4);
  private final SharedPage hangs =
      new SharedPage(
          "/hangs",
          () -> {
            release.await();
            return Response.text(200, "at last\n");
          },
          Duration.ofDays(1));
  private final HttpService service =
      new HttpService(
          new Responses(Map.of("/hangs", hangs)),
          new HostNames(List.of()),
          httpLimits,
          new ConnectionQuota(4, 1000, new Random(1)),
          new Drops(Metrics.NONE, InstantSource.system()));
  private final EmbeddedChannel channel = connect();

  private EmbeddedChannel connect() {
    EmbeddedChannel made = new EmbeddedChannel();
    made.config().setAutoRead(false);
    made.freezeTime();
    HttpConnection connection = new HttpConnection(service, made);
    made.pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(HttpLimits.MOST_LINE)
                    .setMaxHeaderSize(HttpLimits.MOST_HEADERS)),
            new FlowControlHandler(),
            connection);
    made.pipeline().fireChannelActive();
    return made;
  }

  @AfterEach
  void end() {
    release.countDown();
    channel.finishAndReleaseAll();
    hangs.close();
  }

  private void say(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  private String heard() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      text.append(part.toString(UTF_8));
      part.release();
    }
    return text.toString();
  }

  @Test
  void aClientThatNeverEndsItsHeadersIsDisconnectedHoweverOftenItSends() {
    say("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ");
    for (int i = 0; i < 9; i++) {
      pass(Duration.ofSeconds(1));
      say("x");
    }
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aClientThatNeverEndsItsBodyIsDisconnected() {
    say("POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n");
    pass(Duration.ofSeconds(9));
    say("x");
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anIdleConnectionIsKeptForAWhile() {
    say(HEALTH);
    assertThat(heard()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok\n");
    pass(Duration.ofSeconds(29));
    say(HEALTH);
    assertThat(heard()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok\n");
    pass(Duration.ofSeconds(29));
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    say(HEALTH + "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n" + HEALTH);
    assertThat(heard())
        .containsPattern("(?s)^HTTP/1.1 200 OK\r\n.*HTTP/1.1 404 .*HTTP/1.1 200 OK\r\n");
  }

  @Test
  void aPageThatHangsIsGivenUpAndItsConnectionContinues() {
    say("GET /hangs HTTP/1.1\r\nHost: localhost\r\n\r\n" + HEALTH);
    pass(Duration.ofSeconds(4));
    assertThat(heard()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(heard())
        .containsPattern("(?s)^HTTP/1.1 503 .*computing /hangs takes too long\n.*HTTP/1.1 200 OK");
    release.countDown();
    hangs.ask().join();
    channel.runPendingTasks();
    assertThat(heard()).isEmpty();
    say(HEALTH);
    assertThat(heard()).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void afterTheLastResponseTheClientHasAMomentToClose() {
    say("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\nand more");
    assertThat(heard()).contains("\r\nConnection: close\r\n").endsWith("ok\n");
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void duringShutdownEachResponseIsTheLast() {
    service.end();
    say(HEALTH);
    assertThat(heard()).contains("\r\nConnection: close\r\n").endsWith("ok\n");
  }
}
