package dev.warren.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptFailuresTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(AcceptFailures.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(log);
  }

  @Test
  void oneLineAMinuteNamesTheCauseAndTheRemedy() {
    AtomicLong now = new AtomicLong(-5);
    EmbeddedChannel channel =
        new EmbeddedChannel(new AcceptFailures("http://127.0.0.1:2080/", now::get));
    for (int second = 0; second <= 60; second++) {
      channel.pipeline().fireExceptionCaught(new IOException("Too many open files"));
      now.addAndGet(Duration.ofSeconds(1).toNanos());
    }
    channel.finish();
    String line =
        "cannot accept connections on http://127.0.0.1:2080/: Too many open files (raise 'ulimit"
            + " -n', or LimitNOFILE= in a systemd unit)";
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(line, line + "; 59 times more since the last line");
    assertThat(log.list).allMatch(event -> event.getThrowableProxy() == null);
  }
}
