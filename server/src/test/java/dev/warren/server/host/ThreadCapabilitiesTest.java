package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.server.log.LogMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadCapabilitiesTest {
  @TempDir Path tasks;
  private final long logStart = LogMemory.PROCESS.end();

  @Test
  void theEffectiveCapabilitiesAreRead() throws Exception {
    List<String> status =
        List.of("CapPrm:\t000001ffffffffff", "CapEff:\t00000000800004df", "Seccomp:\t0");
    assertThat(ThreadCapabilities.effective(status)).isEqualTo(0x800004dfL);
    assertThatThrownBy(() -> ThreadCapabilities.effective(List.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void onlyCapabilitiesThatNoMountNeedsAreWarnedOf() {
    assertThat(ThreadCapabilities.needless(0)).isFalse();
    assertThat(ThreadCapabilities.needless(0x800004dfL)).isFalse();
    assertThat(ThreadCapabilities.needless(1L << 27)).as("mknod").isFalse();
    assertThat(ThreadCapabilities.needless(1L << 21)).as("sys_admin").isTrue();
    assertThat(ThreadCapabilities.needless(1L << 8)).as("setpcap").isTrue();
    assertThat(ThreadCapabilities.needless(1L << 24)).as("sys_resource").isTrue();
  }

  private void thread(String id, String capabilities) throws IOException {
    Files.writeString(
        Files.createDirectory(tasks.resolve(id)).resolve("status"),
        "Name:\tjava\nCapEff:\t%s\n".formatted(capabilities));
  }

  private String log() {
    ByteBuffer text = ByteBuffer.allocate(1 << 16);
    LogMemory.PROCESS.read(logStart, text);
    return UTF_8.decode(text.flip()).toString();
  }

  /** All that bin/warren keeps for root. */
  @Test
  void theKeptCapabilitiesAreNotWarnedOf() throws Exception {
    thread("1", "00000000880004df");
    thread("2", "00000000880004df");
    ThreadCapabilities.check(tasks);
    assertThat(log()).doesNotContain("capabilities");
  }

  @Test
  void furtherCapabilitiesAreNamedInTheLog() throws Exception {
    thread("1", "00000000882004df");
    ThreadCapabilities.check(tasks);
    assertThat(log()).contains("capabilities that no mount needs (200000): start it by bin/warren");
  }

  @Test
  void threadsThatDifferEndTheStart() throws Exception {
    thread("1", "00000000800004df");
    thread("2", "0000000000000000");
    assertThatThrownBy(() -> ThreadCapabilities.check(tasks))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the threads of the host have different capabilities");
  }

  /** A thread may end while the others are read. */
  @Test
  void aThreadThatHasEndedIsLeftOutAndOneThatCannotBeReadIsNot() throws Exception {
    thread("1", "0000000000000000");
    Files.createSymbolicLink(tasks.resolve("2"), tasks.resolve("ended"));
    ThreadCapabilities.check(tasks);
    Files.createDirectory(tasks.resolve("3"));
    assertThatThrownBy(() -> ThreadCapabilities.check(tasks)).isInstanceOf(IOException.class);
  }

  @Test
  void theThreadsOfThisProcessHaveTheSameCapabilities() throws Exception {
    ThreadCapabilities.check();
  }
}
