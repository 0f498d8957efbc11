package dev.warren.server.host;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget.Refusal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusedDescriptorsTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
  private final RefusedDescriptors refused = new RefusedDescriptors(300, now::get);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(RefusedDescriptors.class);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
  }

  @Test
  void oneLineAMinuteNamesTheClientAndTheRemedy() {
    Caller greedy = new Caller("ann", 1000, 1000, List.of(), "9p", "127.0.0.1:7");
    for (int i = 0; i < 100; i++) {
      refused.accept(new Refusal(greedy, 45, 90, 135));
    }
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.getFormattedMessage())
                    .contains("ann (9p from 127.0.0.1:7) has 45 files open")
                    .contains("EMFILE", "135", "300", "ulimit -n", "LimitNOFILE"));
    now.addAndGet(TimeUnit.SECONDS.toNanos(59));
    refused.accept(new Refusal(greedy, 45, 90, 135));
    assertThat(lines.list).hasSize(1);
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    refused.accept(new Refusal(greedy, 45, 90, 135));
    assertThat(lines.list).hasSize(2);
    assertThat(lines.list.getLast().getFormattedMessage()).contains("100 more refusals");
  }

  @Test
  void filesThatTheHostItselfHasOpenHaveNoAddress() {
    refused.accept(new Refusal(Caller.HOST, 1, 2, 3));
    assertThat(lines.list.getFirst().getFormattedMessage())
        .startsWith("an instance of the host has 1 files open")
        .doesNotContain("null");
  }
}
