package dev.warren.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.DatabaseSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of a URL, and the defaults of options that it does not contain. */
class PostgresUrlTest {
  private static PostgresUrl parse(String rest) {
    List<Fault> faults = new ArrayList<>();
    PostgresUrl url = PostgresUrl.parse("jdbc:postgresql:" + rest, faults);
    assertThat(faults).isEmpty();
    return url;
  }

  @ParameterizedTest
  @CsvSource({
    "//h/d, h:5432, d",
    "//h:1/d, h:1, d",
    "//127.0.0.1:6000/a%20b, 127.0.0.1:6000, a b",
    "'//h1,h2:7/d?targetServerType=any', 'h1:5432, h2:7', d",
    "//[::1]:5433/d, [::1]:5433, d"
  })
  void names(String written, String where, String name) {
    PostgresUrl url = parse(written);
    assertThat(url.where()).isEqualTo(where);
    assertThat(url.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d",
        "//h",
        "//h/",
        "/d",
        "///d",
        "//h:0/d",
        "//h:99999/d",
        "//h x/d",
        "//me@h/d",
        "//h,/d",
        "//h/d?user=me",
        "//h/d?password=x",
        "//h/d?sslmod=require",
        "//h/d?sslmode=",
        "//h/d?sslmode",
        "//h/d?sslmode=on",
        "//h/d?loggerFile=/tmp/x",
        "//h/d?socketFactory=a.B",
        "//h/d?connectTimeout=0",
        "//h/%zz"
      })
  void invalidUrls(String written) {
    List<Fault> faults = new ArrayList<>();
    PostgresUrl _ = PostgresUrl.parse("jdbc:postgresql:" + written, faults);
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().message()).isNotBlank();
  }

  /** A wrong value may be a password. */
  @Test
  void noMessageHasAPassword() {
    for (String written :
        List.of("//me:hush@h/d", "//h/d?password=hush", "//h/d?user=me&sslpassword=hush")) {
      assertThat(
              Databases.faults(
                  new DatabaseSettings("jdbc:postgresql:" + written, "me", null, false)))
          .isNotEmpty()
          .noneMatch(fault -> fault.message().contains("hush"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"//localhost/d", "//127.0.0.1:1/d", "//[::1]/d", "//127.0.0.1,[::1]/d"})
  void onThisMachineConnectionsNeedNoEncryption(String written) {
    assertThat(Postgres.defaults(parse(written))).doesNotContainKeys("sslmode", "channelBinding");
    assertThat(Postgres.isInClear(parse(written + "?sslmode=disable"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"//h/d", "//10.0.0.1/d", "//localhost,h/d", "//localhost.example.org/d"})
  void connectionsToOtherMachinesAreEncryptedAndDoNotRevealThePassword(String written) {
    assertThat(Postgres.defaults(parse(written)))
        .containsEntry("sslmode", "require")
        .containsEntry("channelBinding", "require");
    assertThat(Postgres.isInClear(parse(written))).isFalse();
    assertThat(Postgres.isInClear(parse(written + "?sslmode=require"))).isFalse();
    assertThat(Postgres.isInClear(parse(written + "?sslmode=prefer"))).isTrue();
    assertThat(Postgres.defaults(parse(written + "?sslmode=require")))
        .as("who says which means it")
        .doesNotContainKeys("sslmode", "channelBinding");
    assertThat(Postgres.defaults(parse(written + "?sslrootcert=/etc/ca.pem")))
        .containsEntry("sslmode", "verify-full");
  }

  @Test
  void olderServersAreRefusedWithAdvice() {
    assertThatThrownBy(() -> Postgres.requireVersion(13, "13.21"))
        .hasMessage(
            "the server is PostgreSQL 13.21, and 14 or newer is needed: use a newer server");
    assertThatCode(() -> Postgres.requireVersion(14, "14.0")).doesNotThrowAnyException();
  }
}
