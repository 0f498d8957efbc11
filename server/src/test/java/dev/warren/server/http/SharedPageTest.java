package dev.warren.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedPageTest {
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  private SharedPage page(Duration patience) {
    return new SharedPage(
        "/x",
        () -> {
          int number = begun.incrementAndGet();
          running.countDown();
          release.await();
          return Response.text(200, "page " + number);
        },
        patience);
  }

  @AfterEach
  void release() {
    release.countDown();
  }

  @Test
  void requestsDuringAComputationShareTheNextOne() throws Exception {
    try (SharedPage page = page(Duration.ofDays(1))) {
      CompletableFuture<Response> first = page.ask();
      running.await();
      CompletableFuture<Response> second = page.ask();
      CompletableFuture<Response> third = page.ask();
      assertThat(third).isSameAs(second).isNotSameAs(first);
      release.countDown();
      assertThat(first.join().body()).asString().isEqualTo("page 1");
      assertThat(second.join().body()).asString().isEqualTo("page 2");
    }
  }

  @Test
  void whileItHangsNewRequestsDoNotWait() throws Exception {
    try (SharedPage page = page(Duration.ZERO)) {
      var _ = page.ask();
      running.await();
      assertThat(page.ask().join().status()).isEqualTo(503);
    }
  }

  @Test
  void aFailureIsAResponse() {
    try (SharedPage page =
        new SharedPage(
            "/x",
            () -> {
              throw new StackOverflowError();
            },
            Duration.ofDays(1))) {
      assertThat(page.ask().join().status()).isEqualTo(500);
      assertThat(page.ask().join().status()).isEqualTo(500);
    }
  }
}
