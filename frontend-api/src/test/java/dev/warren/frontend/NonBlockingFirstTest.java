package dev.warren.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether a request runs on the object or its view, and on which thread. */
class NonBlockingFirstTest {
  /** A directory of which only the name matters. */
  private record Named(String name, @Nullable OpenDirectory nonBlocking) implements OpenDirectory {
    @Override
    public void read(long cookie, boolean attributes, Visitor visitor) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileAttributes stat() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private final List<Runnable> handedOver = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();
  private final OpenDirectory view = new Named("view", null);
  private final OpenDirectory directory = new Named("directory", view);
  private final OpenDirectory withoutView = new Named("alone", null);

  private static String blocking(OpenDirectory asked, OpenDirectory blocks) throws FsException {
    if (asked.equals(blocks)) {
      throw WouldBlockException.INSTANCE;
    }
    return asked.toString();
  }

  private <R> CompletionStage<R> start(
      OpenDirectory asked, NonBlockingFirst.Request<OpenDirectory, R> request) {
    return NonBlockingFirst.of(asked).start(request, cancellation, handedOver::add);
  }

  private static <R> R result(CompletionStage<R> stage) {
    assertThat(stage.toCompletableFuture()).isDone();
    return stage.toCompletableFuture().join();
  }

  @Test
  void onlyThreadsThatMustNotBlockUseTheView() throws Exception {
    assertThat(NonBlockingFirst.of(directory).on(true)).isSameAs(directory);
    assertThat(NonBlockingFirst.of(directory).on(false)).isSameAs(view);
    assertThat(NonBlockingFirst.of(withoutView).on(true)).isSameAs(withoutView);
    assertThatThrownBy(() -> NonBlockingFirst.of(withoutView).on(false))
        .isSameAs(WouldBlockException.INSTANCE);
  }

  @Test
  void aResultOfTheViewIsReturned() throws Exception {
    assertThat(
            NonBlockingFirst.of(directory)
                .call(
                    OpenDirectory::toString,
                    _ -> {
                      throw new AssertionError("asked twice");
                    }))
        .isEqualTo(view.toString());
    assertThat(result(start(directory, OpenDirectory::toString))).isEqualTo(view.toString());
    assertThat(handedOver).isEmpty();
  }

  @Test
  void aCallThatWouldBlockGoesToTheAlternative() throws Exception {
    String answer =
        NonBlockingFirst.of(directory).call(asked -> blocking(asked, view), asked -> "otherwise");
    assertThat(answer).isEqualTo("otherwise");
    CompletionStage<String> stage = start(directory, asked -> blocking(asked, view));
    assertThat(stage.toCompletableFuture()).isNotDone();
    handedOver.getFirst().run();
    assertThat(result(stage)).isEqualTo(directory.toString());
  }

  @Test
  void withoutAViewEveryCallGoesToTheAlternative() throws Exception {
    String answer = NonBlockingFirst.of(withoutView).call(asked -> "at once", asked -> "otherwise");
    assertThat(answer).isEqualTo("otherwise");
    CompletionStage<String> stage = start(withoutView, OpenDirectory::toString);
    assertThat(handedOver).hasSize(1);
    handedOver.getFirst().run();
    assertThat(result(stage)).isEqualTo(withoutView.toString());
  }

  @Test
  void aFailureIsReportedAndNotRetried() {
    FsException missing = new FsException(Errno.ENOENT);
    NonBlockingFirst.Request<OpenDirectory, String> failing =
        _ -> {
          throw missing;
        };
    assertThatThrownBy(() -> NonBlockingFirst.of(directory).call(failing, _ -> "otherwise"))
        .isSameAs(missing);
    assertThatThrownBy(() -> result(start(directory, failing)))
        .isInstanceOf(CompletionException.class)
        .hasCause(missing);
    assertThat(handedOver).isEmpty();
    CompletionStage<String> waiting = start(withoutView, failing);
    handedOver.getFirst().run();
    assertThatThrownBy(() -> result(waiting)).hasCause(missing);
  }

  @Test
  void anUnexpectedExceptionIsReportedToo() {
    CompletionStage<String> stage =
        start(
            withoutView,
            _ -> {
              throw new AssertionError("bug");
            });
    handedOver.getFirst().run();
    assertThatThrownBy(() -> result(stage)).hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  void theAlternativeRunsUnderTheCancellation() {
    cancellation.cancel();
    CompletionStage<Boolean> stage = start(withoutView, _ -> Cancellation.current().isCancelled());
    handedOver.getFirst().run();
    assertThat(result(stage)).isTrue();
  }

  @Test
  void aClosedExecutorIsReported() {
    CompletionStage<String> stage =
        NonBlockingFirst.of(withoutView)
            .start(
                OpenDirectory::toString,
                cancellation,
                _ -> {
                  throw new RejectedExecutionException("closed");
                });
    assertThatThrownBy(() -> result(stage)).hasCauseInstanceOf(RejectedExecutionException.class);
  }
}
