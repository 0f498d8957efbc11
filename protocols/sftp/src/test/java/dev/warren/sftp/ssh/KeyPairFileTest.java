package dev.warren.sftp.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class KeyPairFileTest {
  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(KeyPairFile.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  private KeyPair load() throws IOException {
    return HostKeys.load(directory, List.of(HostKeyType.ED25519)).getFirst();
  }

  private List<ILoggingEvent> warnings() {
    return log.list.stream().filter(event -> event.getLevel().equals(Level.WARN)).toList();
  }

  @Test
  void aNewKeyAtAKnownPlaceIsAWarning() throws IOException {
    KeyPair first = load();
    assertThat(load().getPublic()).isEqualTo(first.getPublic());
    assertThat(warnings()).as("of the first start, and one with the key").isEmpty();

    Files.delete(directory.resolve("ssh_host_ed25519_key"));
    assertThat(load().getPublic()).isNotEqualTo(first.getPublic());
    assertThat(warnings())
        .hasSize(1)
        .allSatisfy(
            event ->
                assertThat(event.getFormattedMessage())
                    .contains("ssh_host_ed25519_key", "is a new one", "restore it"));
  }
}
