package dev.warren.sysfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.synthetic.SyntheticFileSystem;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SysfsTest {
  private static final Caller OWNER =
      new Caller("me", 1000, 1000, List.of(), "9p", "127.0.0.1:1", true);
  private static final Caller OTHER = new Caller("you", 1001, 1001, List.of(), "9p", "127.0.0.1:2");

  private final TestHost host = new TestHost();
  private final SystemTree tree = new SystemTree(host, "# sysfs\n");
  private final Owners owners = new Owners(1000, "me", List.of("admin"));
  private final FileSystem fs =
      new SyntheticFileSystem(c -> owners.contains(c) ? tree.forOwner() : tree.forReaders());

  @Test
  void listsItsFiles() throws FsException {
    assertThat(names("/"))
        .containsExactlyInAnyOrder(
            "README",
            "version",
            "uptime",
            "mounts",
            "sessions",
            "hosts",
            "memory",
            "plugins",
            "metrics",
            "log",
            "ctl",
            "ctl.error");
    assertThat(names("/plugins")).containsExactly("memfs");
    assertThat(names("/plugins/memfs")).containsExactly("readme", "config", "location");
  }

  @Test
  void memoryShowsWhatIsChargedForEachUse() throws FsException {
    host.memory.open().tryTake(MemoryBudget.Use.FIDS, 100);

    assertThat(read("/memory"))
        .contains("{\"area\":\"heap\",\"limit\":1048576,\"charged\":16384,\"strangers\":0,")
        .contains("{\"use\":\"fids\",\"area\":\"heap\",\"used\":100,\"refusals\":0}");
  }

  @Test
  void hostsShowsWhichHostsShareAMount() throws FsException {
    assertThat(read("/hosts")).isEqualTo("[\n]\n");
    host.sharing.put(
        TestHost.path("/agents"),
        List.of(
            new SharingHost("one", "1.2.3", Instant.EPOCH, Instant.EPOCH.plusMillis(1500), 3),
            new SharingHost("two", "1.2.4", Instant.EPOCH, Instant.EPOCH, 0)));

    assertThat(read("/hosts"))
        .isEqualTo(
            """
            [
            {"mount":"/agents","name":"one","version":"1.2.3","since":"1970-01-01T00:00:00Z",\
            "last_seen":"1970-01-01T00:00:01.500Z","running_jobs":3},
            {"mount":"/agents","name":"two","version":"1.2.4","since":"1970-01-01T00:00:00Z",\
            "last_seen":"1970-01-01T00:00:00Z","running_jobs":0}
            ]
            """);
  }

  @Test
  void describesTheHost() throws FsException {
    assertThat(read("/version")).isEqualTo("1.2.3\n");
    assertThat(read("/uptime")).isEqualTo("4711\n");
    assertThat(read("/metrics")).isEqualTo("a_metric 1\n");
    JsonNode mounts = JsonMapper.shared().readTree(read("/mounts"));
    assertThat(mounts.at("/0/path").asString()).isEqualTo("/broken");
    assertThat(mounts.at("/0/state").asString()).isEqualTo("failed");
    assertThat(mounts.at("/0/error").asString()).isEqualTo("no such \"directory\"");
    assertThat(mounts.at("/0/blocked_calls").asInt()).isEqualTo(2);
    assertThat(mounts.at("/0/longest_blocked_seconds").asInt()).isEqualTo(75);
    JsonNode sessions = JsonMapper.shared().readTree(read("/sessions"));
    assertThat(sessions.at("/0/user").asString()).isEqualTo("alice");
    assertThat(sessions.at("/0/bytes_written").asLong()).isEqualTo(7);
    assertThat(read("/plugins/memfs/readme")).contains("# memfs");
    assertThat(read("/plugins/memfs/config"))
        .contains("max_bytes: a size")
        .contains("default 64MiB")
        .endsWith("- path: \"/broken\"\n  name: \"memfs\"\n  config:\n    max_bytes: \"1024\"\n");
  }

  @Test
  void theLogCanBeFollowed() throws FsException {
    host.log.append("one\n");
    try (OpenFile log = fs.open(VfsPath.parse("/log"), OpenOptions.READ, 0)) {
      assertThat(read(log, 0)).isEqualTo("one\n");
      host.log.append("two\n");
      assertThat(log.stat().size()).isEqualTo(8);
      assertThat(read(log, 4)).isEqualTo("two\n");
      host.log.forgetBefore(4);
      assertThat(log.stat().size()).isEqualTo(4);
      assertThat(read(log, 0)).isEqualTo("two\n");
    }
  }

  @Test
  void executesCommandsLineByLine() throws FsException {
    write(OWNER, "mount memfs /scratch max_bytes=16MiB init_dirs=/a\nunmount /old\n");
    write(OWNER, "reload\nreload --force\n");
    write(OWNER, "disconnect 9p-17");
    write(OWNER, "log debug\n");
    assertThat(host.commands)
        .containsExactly(
            "mount memfs /scratch {max_bytes=16MiB, init_dirs=/a}",
            "unmount /old",
            "reload",
            "reload by force",
            "disconnect 9p-17",
            "log debug");
    assertThat(read("/ctl.error")).isEmpty();
  }

  @Test
  void aCommandIsExecutedBeforeItsWriteReturns() throws FsException {
    OpenFile ctl = fs.as(OWNER).open(VfsPath.parse("/ctl"), OpenOptions.WRITE, 0);
    ctl.write(ByteBuffer.wrap("reload\n".getBytes(UTF_8)), 0);
    assertThat(host.commands).containsExactly("reload");
    ctl.close();
    assertThat(host.commands).containsExactly("reload");
  }

  @ParameterizedTest
  @CsvSource({
    "dance, EINVAL",
    "mount memfs, EINVAL",
    "mount memfs relative, EINVAL",
    "mount memfs /../x, EINVAL",
    "mount memfs /x/, EINVAL",
    "mount memfs /x/./y, EINVAL",
    "unmount, EINVAL",
    "unmount /nowhere, EINVAL",
    "unmount /../broken, EINVAL",
    "mount nofs /x, ENODEV",
    "reload now, EINVAL",
    "disconnect nobody, ESRCH"
  })
  void aRefusedCommandFailsTheWriteWithTheReason(String command, Errno errno) throws FsException {
    assertThatThrownBy(() -> write(OWNER, command + "\n"))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    assertThat(read("/ctl.error")).startsWith(command + ": " + errno + ": ");
    assertThat(read("/ctl")).isEqualTo(read("/ctl.error"));
    assertThat(host.commands).isEmpty();
    write(OWNER, "reload\n");
    assertThat(read("/ctl.error")).isEmpty();
    assertThat(read("/ctl")).isEmpty();
  }

  /** Any user may read the error on a terminal. */
  @ParameterizedTest
  @ValueSource(strings = {"unmount /a%s/nowhere", "unmount a%s", "mount nofs /%s/../b"})
  void theErrorOfARefusedCommandControlsNoTerminal(String command) throws FsException {
    String controls = "\u2028\u001b[31m\u009b\u202e\u2066\u200f";
    assertThatThrownBy(() -> write(OWNER, command.formatted(controls) + "\n"))
        .isInstanceOf(FsException.class);
    assertThat(read("/ctl.error"))
        .startsWith(command.formatted("\\u2028\\u001b[31m\\u009b\\u202e\\u2066\\u200f") + ": ")
        .doesNotContain("\u001b", "\u009b", "\u202e", "\u2066", "\u200f", "\u2028")
        .isEqualTo(read("/ctl"));
  }

  /** All users may read {@code ctl.error}, so it must not contain the settings of a mount. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount memfs /x sk-12345678",
        "mount memfs /x a=sk-12345678 a=sk-12345678",
        "mount nofs /x api_key=sk-12345678",
      })
  void theErrorOfARefusedMountLeavesOutItsSettings(String command) throws FsException {
    assertThatThrownBy(() -> write(OWNER, command + "\n")).isInstanceOf(FsException.class);
    assertThat(read("/ctl.error"))
        .matches("mount (memfs|nofs) /x: E[A-Z]+: .*\n")
        .doesNotContain("sk-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mnt gptfs /x api_key=sk-12345678",
        "mount gptfs api_key=sk-12345678 /x",
        "mount api_key=sk-12345678",
        "api_key=sk-12345678",
        "unmount /x api_key=sk-12345678",
        "unmount api_key=sk-12345678",
        "mount gptfs /x sk-12345678=sk-12345678 sk-12345678=1",
      })
  void misplacedValuesAreNotShown(String command) throws FsException {
    assertThatThrownBy(() -> write(OWNER, command + "\n"))
        .isInstanceOf(FsException.class)
        .hasMessageNotContaining("sk-");
    assertThat(read("/ctl.error")).contains(": EINVAL: ").doesNotContain("sk-");
  }

  @Test
  void aCommandThatIsWrittenAgainIsExecutedOnce() throws FsException {
    try (OpenFile ctl = fs.as(OWNER).open(VfsPath.parse("/ctl"), OpenOptions.WRITE, 0)) {
      for (int i = 0; i < 2; i++) {
        ctl.write(ByteBuffer.wrap("reload\n".getBytes(UTF_8)), 0);
      }
    }
    assertThat(host.commands).containsExactly("reload");
  }

  @Test
  void othersMayReadButNotCommand() {
    assertThatThrownBy(() -> write(OTHER, "reload\n"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
    assertThat(host.commands).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"me", "admin"})
  void namesOfSftpUsersAreAuthenticated(String user) {
    assertThat(owners.contains(new Caller(user, -1, -1, List.of(), "sftp", null))).isTrue();
    assertThat(owners.contains(new Caller(user, 1001, -1, List.of(), "9p", null))).isFalse();
    assertThat(owners.contains(new Caller(user, -1, -1, List.of(), "9p", null))).isFalse();
    assertThat(owners.contains(new Caller(user + "x", 1000, -1, List.of(), "sftp", null)))
        .isFalse();
  }

  @Test
  void usersOfAnUnknownFrontEndMayNotGiveCommands() {
    for (int uid : new int[] {0, 1000}) {
      assertThat(owners.contains(new Caller("me", uid, uid, List.of(), "9p", null, true))).isTrue();
      assertThat(owners.contains(new Caller("me", uid, uid, List.of(), "webdav", null, true)))
          .isFalse();
    }
    assertThat(owners.contains(Caller.HOST)).isTrue();
  }

  /** A stranger has the uid of nobody, and the host may run as nobody, too, in a container. */
  @Test
  void untrustedCallersMayNotGiveCommandsWhateverTheirUid() {
    for (int uid : new int[] {0, 1000}) {
      assertThat(owners.contains(new Caller("me", uid, uid, List.of(), "9p", null))).isFalse();
    }
  }

  private void write(Caller caller, String text) throws FsException {
    try (OpenFile ctl = fs.as(caller).open(VfsPath.parse("/ctl"), OpenOptions.REPLACE, 0)) {
      ctl.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
    }
  }

  private String read(String path) throws FsException {
    try (OpenFile file = fs.open(VfsPath.parse(path), OpenOptions.READ, 0)) {
      return read(file, 0);
    }
  }

  private static String read(OpenFile file, long offset) throws FsException {
    ByteBuffer buffer = ByteBuffer.allocate(10_000);
    file.read(buffer, offset);
    return new String(buffer.array(), 0, buffer.position(), UTF_8);
  }

  private List<String> names(String path) throws FsException {
    List<String> names = new ArrayList<>();
    try (OpenDirectory directory = fs.openDirectory(VfsPath.parse(path))) {
      directory.read(0, false, entry -> names.add(entry.name()));
    }
    return names;
  }
}
