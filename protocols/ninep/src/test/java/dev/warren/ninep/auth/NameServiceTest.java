package dev.warren.ninep.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users that are not in /etc/passwd, found by programs in place of getent(1) and id(1). */
class NameServiceTest {
  @TempDir Path directory;
  private final AtomicLong now = new AtomicLong();
  private Path asked;

  @BeforeEach
  void programs() {
    asked = directory.resolve("asked");
  }

  /** A script that also appends its arguments to the file {@code asked}. */
  static String program(Path directory, String name, String script) throws IOException {
    Path file = directory.resolve(name);
    Path asked = directory.resolve("asked");
    Files.writeString(file, "#!/bin/sh\necho \"$@\" >> " + asked + "\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  private NameService service(String getent, String id) throws IOException {
    return new NameService(
        program(directory, "getent", getent), program(directory, "id", id), now::get);
  }

  /** A script in place of getent(1) that knows only the user bob. */
  static final String KNOWS_ONE =
      "case $2 in bob|5001) echo 'bob:*:5001:5000:Bob:/home/bob:/bin/sh' ;; *) exit 2 ;; esac";

  @Test
  void aUserHasTheirGroups() throws Exception {
    NameService service = service(KNOWS_ONE, "echo 5000 44 10");
    User bob = new User("bob", 5001, 5000, List.of(44, 10));
    assertThat(service.byUid(5001)).contains(bob);
    assertThat(service.byName("bob")).contains(bob);
    assertThat(service.byUid(5002)).isEmpty();
    assertThat(service.byName("eve")).isEmpty();
  }

  @Test
  void resultsAreCachedForAWhile() throws Exception {
    NameService service = service(KNOWS_ONE, "echo 5000");
    for (int i = 0; i < 3; i++) {
      service.byUid(5001);
      service.byUid(5002);
    }
    assertThat(asked).content().isEqualTo("passwd 5001\n-G bob\npasswd 5002\n");
    now.addAndGet(Duration.ofMinutes(2).toNanos());
    service.byUid(5001);
    service.byUid(5002);
    assertThat(Files.readAllLines(asked)).hasSize(4).endsWith("passwd 5002");
    now.addAndGet(Duration.ofMinutes(4).toNanos());
    service.byUid(5001);
    assertThat(Files.readAllLines(asked)).hasSize(6);
  }

  /** Options, numbers and several lines are not valid names. */
  @Test
  void invalidNamesAreNotLookedUp() throws Exception {
    NameService service = service(KNOWS_ONE, "echo 5000");
    for (String name : List.of("-s", "5001", "", "a\nb", "a b", "bob;id", "x".repeat(300), "ä")) {
      assertThat(service.byName(name)).isEmpty();
    }
    assertThat(asked).doesNotExist();
  }

  @Test
  void aSystemWithoutTheProgramsHasNoUsers() throws Exception {
    NameService service = new NameService("no-such-program", "no-such-program", now::get);
    assertThat(service.byUid(5001)).isEmpty();
  }

  /** A service that has failed is not called again at once, because each call may take as long. */
  @Test
  void aServiceThatFailsIsLeftAloneForAMinute() throws Exception {
    NameService service = service("exit 3", "exit 0");
    assertThatThrownBy(() -> service.byUid(5001)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> service.byName("bob")).isInstanceOf(IOException.class);
    assertThat(Files.readAllLines(asked)).hasSize(1);
    now.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThatThrownBy(() -> service.byUid(5001)).isInstanceOf(IOException.class);
    assertThat(Files.readAllLines(asked)).hasSize(2);
  }

  @Tag("slow")
  @Test
  void aServiceThatHangsIsEnded() throws Exception {
    NameService service = service("exec sleep 3600", "exit 0");
    assertThatThrownBy(() -> service.byUid(5001)).isInstanceOf(IOException.class);
  }

  /** Runs the real programs, for a user that every system has. */
  @Test
  void theOutputOfTheSystemsProgramsIsUnderstood() throws Exception {
    assertThat(new NameService().byUid(0)).map(User::name).contains("root");
    assertThat(new NameService().byName("root")).map(User::uid).contains(0);
  }
}
