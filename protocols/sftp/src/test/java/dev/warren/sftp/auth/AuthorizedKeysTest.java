package dev.warren.sftp.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AuthorizedKeysTest {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.7");
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void linesWithAndWithoutOptionsAndComments() {
    AuthorizedKeys parsed =
        AuthorizedKeys.parse(
            "# a comment\n\n"
                + KEY
                + "\n"
                + KEY
                + " me@home with words\nrestrict,from=\"192.0.2.0/24,!192.0.2.9\" "
                + KEY
                + " c\n");
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.keys()).hasSize(3);
    assertThat(parsed.keys().get(2).options().allow(ADDRESS, NOW)).isTrue();
    assertThat(parsed.keys().get(2).options().allow(InetAddress.ofLiteral("192.0.2.9"), NOW))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "command=\"internal-sftp -R\"",
        "environment=\"A=B\"",
        "permitopen=\"a:1\"",
        "restrict,pty",
        "no-such-option",
        "from=\"*\",tunnel=\"0\"",
      })
  void aKeyWithAnUnknownOptionIsRefused(String options) {
    AuthorizedKeys parsed = AuthorizedKeys.parse("\n" + options + " " + KEY);
    assertThat(parsed.keys()).isEmpty();
    assertThat(parsed.problems()).hasSize(1).first().asString().startsWith("line 2: the option");
  }

  @ParameterizedTest
  @CsvSource({
    "20261123Z, false",
    "20261124Z, true",
    "202611231159Z, false",
    "202611231201Z, true",
    "20261123115959Z, false",
    "20261123120001Z, true",
  })
  void keysExpire(String time, boolean valid) {
    AuthorizedKey key = AuthorizedKeys.parseLine("expiry-time=\"" + time + "\" " + KEY);
    assertThat(key.options().allow(ADDRESS, NOW)).isEqualTo(valid);
  }

  /** Only a time without Z is in the server's own time zone. */
  @ParameterizedTest
  @CsvSource({
    "202611231201Z, -12:00, true",
    "202611231201Z, +14:00, true",
    "202611231159z, -12:00, false",
    "20261123115959Z, -12:00, false",
    "202611231201, Z, true",
    "202611231201, +01:00, false",
    "202611231301, +01:00, true",
    "202611231159, -01:00, true",
    "202611231059, -01:00, false",
    "20261123, -13:00, true",
    "20261123Z, -12:00, false"
  })
  void anExpiryWithZIsInUtc(String time, String zone, boolean valid) {
    KeyOptions options = KeyOptions.parse("expiry-time=\"" + time + "\"", ZoneId.of(zone));
    assertThat(options.allow(ADDRESS, NOW)).isEqualTo(valid);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2026", "20261323", "tomorrow", "20261123Z1"})
  void aKeyWithAnInvalidExpiryIsRefused(String time) {
    assertThatThrownBy(() -> AuthorizedKeys.parseLine("expiry-time=\"" + time + "\" " + KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expiry-time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 not*base64",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7",
        "hunter2",
        "restrict",
        "\"",
      })
  void anInvalidLineIsAProblemAndIsNotQuoted(String line) {
    AuthorizedKeys parsed = AuthorizedKeys.parse(line);
    assertThat(parsed.keys()).isEmpty();
    assertThat(parsed.problems()).hasSize(1);
    assertThat(parsed.problems().getFirst()).doesNotContain("hunter2 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7 | true",
        "192.0.2.8 | false",
        "192.0.2.* | true",
        "192.0.2.? | true",
        "192.0.2.0/24 | true",
        "192.0.2.0/29 | true",
        "192.0.2.8/29 | false",
        "0.0.0.0/0 | true",
        "* | true",
        "*,!192.0.2.7 | false",
        "!192.0.2.7,* | false",
        "10.0.0.0/8,192.0.2.7 | true",
        "example.org | false",
        "192.0.2.0/33 | false",
        "::/0 | false",
        "192.0.2.0/x | false",
      })
  void addressPatterns(String list, boolean matches) {
    assertThat(new AddressPatterns(list).matches(ADDRESS)).isEqualTo(matches);
  }

  @Test
  void aFileIsReadAgainWhenItChanges(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("authorized_keys");
    KeyFile keys = new KeyFile(file);
    assertThat(keys.keys()).isEmpty();
    Files.writeString(file, KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(keys.keys()).hasSize(1);
    Files.writeString(file, "#\n" + KEY + "\n" + KEY + "\n");
    assertThat(keys.keys()).hasSize(2);
    Files.delete(file);
    assertThat(keys.keys()).isEmpty();
  }

  @Test
  void aFileThatOthersCanWriteIsNotUsed(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("authorized_keys");
    Files.writeString(file, KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(new KeyFile(file).keys()).isEmpty();
  }

  /** The advice in the log helps, although the file's content and time have not changed. */
  @Test
  void aFileIsUsedOnceOthersCannotWriteIt(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("authorized_keys");
    Files.writeString(file, KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    KeyFile keys = new KeyFile(file);
    assertThat(keys.keys()).isEmpty();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(keys.keys()).hasSize(1);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
    assertThat(keys.keys()).isEmpty();
  }

  /** A user who can write a directory above it can replace the file. */
  @Test
  void aFileBelowADirectoryThatOthersCanWriteIsNotUsed(@TempDir Path directory) throws Exception {
    Path above = Files.createDirectory(directory.resolve("above"));
    Path file = Files.createDirectory(above.resolve("below")).resolve("authorized_keys");
    Files.writeString(file, KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    KeyFile keys = new KeyFile(file);
    assertThat(keys.keys()).hasSize(1);
    Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThat(keys.keys()).isEmpty();
    Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(keys.keys()).hasSize(1);
  }

  /** Content and time are the same as before, as if a tool had restored the time. */
  @Test
  void aFileWhoseTimeWasSetBackIsReadAgain(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("authorized_keys");
    Files.writeString(file, KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    FileTime time = Files.getLastModifiedTime(file);
    KeyFile keys = new KeyFile(file);
    assertThat(keys.keys()).hasSize(1);
    Files.writeString(file, "#".repeat(KEY.length()) + "\n");
    Files.setLastModifiedTime(file, time);
    assertThat(keys.keys()).isEmpty();
  }

  @Test
  void aFileOfAnotherUserIsNotUsed(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("keys"), KEY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    if (Files.getAttribute(file, "unix:uid").equals(0)) {
      Files.setAttribute(file, "unix:uid", 12345); // root's files are accepted too
    }
    int owner = (int) Files.getAttribute(file, "unix:uid");
    assertThat(SafePath.problem(file, Set.of())).contains("belongs to user " + owner);
    assertThat(SafePath.problem(file, Set.of(owner))).isNull();
    assertThat(SafePath.problem(directory, Set.of(owner))).contains("not a regular file");
  }

  /** A file that even root cannot read. */
  @Test
  void theReasonIsLoggedWithoutNamesOfClasses(@TempDir Path directory) throws Exception {
    Path loop = directory.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("dev.warren.sftp.auth");
    log.start();
    logger.addAppender(log);
    try {
      assertThat(new KeyFile(loop).keys()).isEmpty();
      assertThat(new OwnKeys(loop).keys()).isEmpty();
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("keys in %1$s are not used: %1$s: Too many levels".formatted(loop)),
            line ->
                assertThat(line)
                    .startsWith(
                        "cannot list the keys in %1$s: %1$s: Too many levels".formatted(loop)));
  }
}
