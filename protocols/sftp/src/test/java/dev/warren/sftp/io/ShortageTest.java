package dev.warren.sftp.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShortageTest {
  private long now;
  private final List<String> log = new ArrayList<>();
  private final Shortage shortage = new Shortage(() -> now, log::add);

  @Test
  void isLoggedOnceAMinute() {
    for (int i = 0; i < 600; i++) {
      shortage.met("connections to 127.0.0.1:2022", "Too many open files");
      now += Duration.ofMillis(100).toNanos();
    }
    assertThat(log)
        .containsExactly(
            "cannot accept connections to 127.0.0.1:2022: Too many open files; others have to end"
                + " first (ulimit -n and -u, LimitNOFILE=)");
    shortage.met("connections to 127.0.0.1:2022", "Too many open files");
    assertThat(log).hasSize(2).last().asString().contains("and 599 times before that");
  }
}
