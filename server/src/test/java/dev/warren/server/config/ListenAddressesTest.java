package dev.warren.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An address that is written twice is an error of the configuration. */
class ListenAddressesTest {
  @TempDir Path directory;
  private ConfigFixture fixture;

  @BeforeEach
  void useTwoFrontEnds() {
    fixture = new ConfigFixture(directory);
    fixture.hasHttp = true;
  }

  @Test
  void anAddressInTwoSectionsIsRefused() throws Exception {
    assertThat(
            fixture.problems(
                """
                sftp: {listen: '127.0.0.1:2022'}
                http:
                  listen:
                    - 127.0.0.1:2080
                    - {address: '127.0.0.1:2022'}
                """))
        .containsExactly(
            "config.yaml:5:17: http: the address 127.0.0.1:2022 is taken by sftp"
                + " (config.yaml:1:16); choose another");
  }

  @Test
  void anAddressTwiceInOneSectionIsRefused() throws Exception {
    assertThat(fixture.problems("http: {listen: ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:1']}\n"))
        .containsExactly(
            "config.yaml:1:47: http: the address 127.0.0.1:1 is taken by http"
                + " (config.yaml:1:17); choose another");
  }

  @Test
  void aDefaultAddressCanBeTaken() throws Exception {
    assertThat(fixture.problems("sftp:\nhttp: {listen: '127.0.0.1:2022'}\n"))
        .containsExactly(
            "config.yaml:2:16: http: the address 127.0.0.1:2022 is taken by sftp"
                + " (config.yaml:1:1); choose another");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:1,     127.0.0.1:1",
    "0.0.0.0:1,       127.0.0.1:1",
    "127.0.0.1:1,     0.0.0.0:1",
    "[::]:1,          127.0.0.1:1",
    "[::]:1,          [::1]:1",
    "[::]:1,          0.0.0.0:1",
    "[0:0::1]:1,      [::1]:1",
    "no.invalid:1,    No.invalid:1",
    "unix:./x/../a,   unix:a",
  })
  void anAddressIsTakenUnderAnotherNameToo(String first, String second) throws Exception {
    assertThat(fixture.problems("http: {listen: ['%s', '%s']}\n".formatted(first, second)))
        .singleElement()
        .asString()
        .contains("the address %s is taken by http, as %s ".formatted(second, first));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0,  127.0.0.1:0",
    "127.0.0.1:1,  127.0.0.1:2",
    "127.0.0.1:1,  127.0.0.2:1",
    "0.0.0.0:1,    [::1]:1",
    "no.invalid:1, other.invalid:1",
    "unix:a,       unix:b",
    "here,         here",
  })
  void addressesThatCanBeBoundTogetherAreFree(String first, String second) throws Exception {
    assertThat(fixture.problems("http: {listen: ['%s', '%s']}\n".formatted(first, second)))
        .isEmpty();
  }
}
