package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final List<String> ran = new ArrayList<>();

  @Test
  void theOperationRunsUnderIt() throws Exception {
    assertThat(Cancellation.current()).isNotSameAs(cancellation);
    Cancellation seen =
        cancellation.call(
            () -> {
              Cancellation inner = new Cancellation();
              assertThat(inner.call(Cancellation::current)).isSameAs(inner);
              return Cancellation.current();
            });
    assertThat(seen).isSameAs(cancellation);
    assertThat(Cancellation.current().isCancelled()).isFalse();
  }

  @Test
  void errorsOfTheOperationPass() {
    assertThatThrownBy(
            () ->
                cancellation.call(
                    () -> {
                      throw new IOException("as it is");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("as it is");
  }

  @Test
  void actionsRunOnceInTheirOrder() {
    cancellation.onCancel(() -> ran.add("first"));
    cancellation.onCancel(() -> ran.add("second"));
    assertThat(cancellation.isCancelled()).isFalse();
    cancellation.cancel();
    cancellation.cancel();
    assertThat(cancellation.isCancelled()).isTrue();
    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void anActionAddedAfterTheCancellationRunsAtOnce() {
    cancellation.cancel();
    Cancellation.Registration registration = cancellation.onCancel(() -> ran.add("late"));
    assertThat(ran).containsExactly("late");
    registration.close();
  }

  @Test
  void aClosedRegistrationDoesNothing() {
    try (var _ = cancellation.onCancel(() -> ran.add("over"))) {
      assertThat(ran).isEmpty();
    }
    cancellation.cancel();
    assertThat(ran).isEmpty();
  }

  @Test
  void aRegistrationRemovesOnlyItself() {
    Runnable action = () -> ran.add("x");
    Cancellation.Registration first = cancellation.onCancel(action);
    cancellation.onCancel(action);
    first.close();
    first.close();
    cancellation.cancel();
    assertThat(ran).containsExactly("x");
  }

  @Test
  void anActionThatFailsDoesNotStopTheOthers() {
    cancellation.onCancel(
        () -> {
          throw new IllegalStateException("one");
        });
    cancellation.onCancel(() -> ran.add("second"));
    cancellation.onCancel(
        () -> {
          throw new IllegalStateException("three");
        });
    assertThatThrownBy(cancellation::cancel)
        .hasMessage("one")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(ran).containsExactly("second");
  }
}
