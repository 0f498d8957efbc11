package dev.warren.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Typical mistakes in the sections of front ends, and check-config's messages about them. */
class WrittenSectionsTest {
  private static final List<String> SECTIONS = List.of("sftp", "ninep", "http");

  @TempDir Path directory;

  private List<String> check(String text) throws IOException {
    return check(text.getBytes(UTF_8));
  }

  private List<String> check(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("config.yaml"), bytes);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = {"check-config", file.toString()};
    CommandLine commandLine = WarrenCommand.commandLine(arguments);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int status = commandLine.execute(arguments);
    List<String> problems = err.toString().lines().toList();
    assertThat(status).isEqualTo(problems.isEmpty() ? 0 : 2);
    return problems.stream().map(line -> line.replace(directory + "/", "")).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          2022                     | '2022' must be HOST:PORT: write '127.0.0.1:2022'
          [2022]                   | '2022' must be HOST:PORT: write '127.0.0.1:2022'
          ':2022'                  | ':2022' must be HOST:PORT: write '127.0.0.1:2022'
          tcp://127.0.0.1:2022     | 'tcp://127.0.0.1:2022' must be HOST:PORT: write '127.0.0.1:2022'
          ['tcp://[::1]:2022']     | 'tcp://[::1]:2022' must be HOST:PORT: write '[::1]:2022'
          '::1:2022'               | '::1:2022' must be HOST:PORT: write '[::1]:2022'
          [[127.0.0.1:2022]]       | '[127.0.0.1:2022]' must be HOST:PORT: write '127.0.0.1:2022'
          [[::1]:2022]             | an IPv6 address needs quotes: '[::1]:2022'
          [::1]:2022               | an IPv6 address needs quotes: '[::1]:2022'
          127.0.0.1:99999          | '127.0.0.1:99999': a port is at most 65535
          nonsense words           | 'nonsense words' must be HOST:PORT, such as 127.0.0.1:
          """)
  void anInvalidAddressIsReportedAlikeInEachSection(String written, String expected)
      throws IOException {
    for (String section : SECTIONS) {
      assertThat(check("%s: {listen: %s}\n".formatted(section, written)))
          .as(section)
          .singleElement()
          .satisfies(p -> assertThat(p).startsWith("config.yaml:1:").contains(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "'127.0.0.1:0'", "['127.0.0.1:0', '[::1]:0']"})
  void anAddressIsAcceptedAlikeInEachSection(String written) throws IOException {
    for (String section : SECTIONS) {
      assertThat(check("%s: {listen: %s}\n".formatted(section, written))).as(section).isEmpty();
    }
  }

  @Test
  void aUserWhoCouldNeverLogInIsAProblem() throws IOException {
    String users = "sftp: {users: [{name: ann, password: '%s'}, {name: bob}]%s}\n";
    String hash = "$2b$08$KBCwKxOzLha2MUDkMkFfgutZQlt76XpiJ2LcsvxF/9Vs0udMhWV5.";
    assertThat(check(users.formatted(hash, "")))
        .singleElement()
        .satisfies(
            p ->
                assertThat(p)
                    .startsWith("config.yaml:1:")
                    .contains("'bob' has neither authorized_keys nor a password"));
    String authority = ", trusted_user_ca_keys: [./ca.pub]";
    assertThat(check(users.formatted(hash, authority))).isEmpty();
    assertThat(check("sftp: {users: [{name: bob, authorized_keys: ./keys}]}\n")).isEmpty();
    assertThat(check("sftp: {users: [{name: bob, authorized_keys: []}]}\n")).hasSize(1);
  }

  @Test
  void aByteOrderMarkAndDosLineEndsAreAccepted() throws IOException {
    assertThat(check("\uFEFFsftp:\r\n  umask: 077\r\n")).isEmpty();
  }

  @Test
  void bytesThatAreNotUtf8AreReportedWithTheirPosition() throws IOException {
    String text = "# Düsseldorf\nsftp:\n";
    for (byte[] bytes : List.of(text.getBytes(UTF_16), text.getBytes(UTF_16LE))) {
      assertThat(check(bytes))
          .containsExactly("config.yaml:1:1: the file is in UTF-16; save it as UTF-8");
    }
    assertThat(check(text.getBytes(ISO_8859_1)))
        .singleElement()
        .satisfies(p -> assertThat(p).startsWith("config.yaml:1:4: ").contains("save it as UTF-8"));
    assertThat(check("sftp:\n\0\n"))
        .singleElement()
        .satisfies(p -> assertThat(p).startsWith("config.yaml:2:1: here is a NUL character"));
  }
}
