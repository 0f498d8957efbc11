package dev.warren.ninep.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which clients may attach, as which user, and how the system's tables are read. */
class LocalAttachPolicyTest {
  private static final int NONUNAME = -1;

  @TempDir Path directory;
  private final List<String> refusals = new ArrayList<>();
  private Users users;

  @BeforeEach
  void tables() throws IOException {
    Path passwd = directory.resolve("passwd");
    Files.writeString(
        passwd,
        """
        root:x:0:0:root:/root:/bin/sh
        broken line
        ann:x:1000:100::/home/ann:/bin/sh
        nobody:x:65534:65534::/:/bin/false
        """);
    Path group = directory.resolve("group");
    Files.writeString(
        group,
        """
        users:x:100:
        video:x:44:bob,ann
        audio:x:29:annabel
        wheel:x:10:ann
        """);
    users = with(new NameService("no-such-program", "no-such-program", System::nanoTime));
  }

  /** The users of the tables, and those of a name service. */
  private Users with(NameService service) {
    return new Users(
        new UserTable(directory.resolve("passwd"), directory.resolve("group")), service);
  }

  private LocalAttachPolicy policy(OptionalInt peer, boolean anyone) {
    return policy(() -> peer, new Access(anyone, false));
  }

  private LocalAttachPolicy policy(PeerIdentity peer, Access access) {
    return new LocalAttachPolicy(
        new HostIdentity(1000, 100), users, peer, access, "test", refusals::add);
  }

  @Test
  void theHostsUserAndRootAreAcceptedAndOthersAreNot() throws Exception {
    assertThat(policy(OptionalInt.of(1000), false).admit("", 0).uid()).isZero();
    assertThat(policy(OptionalInt.of(0), false).admit("", 1000).user()).isEqualTo("ann");
    for (OptionalInt peer : List.of(OptionalInt.of(1001), OptionalInt.empty())) {
      assertThatCode(() -> policy(peer, false).admit("root", 0))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    }
    assertThat(refusals)
        .containsExactly(
            "runs as user 1001, not as the host's user or root", "is not on this system");
  }

  @Test
  void aRemoteClientIsNobodyWhateverItClaims() throws Exception {
    Caller caller = policy(OptionalInt.empty(), true).admit("root", 0);
    assertThat(caller.uid()).isEqualTo(65_534);
    assertThat(caller.user()).isEqualTo("nobody");
    assertThat(policy(OptionalInt.of(1001), true).admit("root", 0).uid()).isEqualTo(65_534);
    assertThat(policy(OptionalInt.of(1000), true).admit("", 0).uid()).isZero();
  }

  @Test
  void callersHaveTheirGroups() throws Exception {
    Caller ann = policy(OptionalInt.of(0), false).admit("", 1000);
    assertThat(ann.gid()).isEqualTo(100);
    assertThat(ann.groups()).containsExactlyInAnyOrder(44, 10);
    Caller unknown = policy(OptionalInt.of(0), false).admit("", 4242);
    assertThat(unknown).extracting(Caller::user, Caller::gid).containsExactly("4242", 65_534);
    assertThat(unknown.uid()).isEqualTo(4242);
  }

  /** The name service is used only for users that are not in the tables. */
  @Test
  void otherUsersAreThoseOfTheNameService() throws Exception {
    String getent = NameServiceTest.program(directory, "getent", NameServiceTest.KNOWS_ONE);
    String id = NameServiceTest.program(directory, "id", "echo 5000 44 10");
    users = with(new NameService(getent, id, System::nanoTime));
    LocalAttachPolicy policy = policy(OptionalInt.of(0), false);
    assertThat(policy.admit("", 1000).user()).isEqualTo("ann");
    assertThat(policy.admit("ann", NONUNAME).uid()).isEqualTo(1000);
    assertThat(directory.resolve("asked")).doesNotExist();
    for (Caller bob : List.of(policy.admit("", 5001), policy.admit("bob", NONUNAME))) {
      assertThat(bob)
          .extracting(Caller::user, Caller::uid, Caller::gid, Caller::groups)
          .containsExactly("bob", 5001, 5000, List.of(44, 10));
    }
    Caller unknown = policy.admit("", 5002);
    assertThat(unknown)
        .extracting(Caller::user, Caller::uid, Caller::gid, Caller::groups)
        .containsExactly("5002", 5002, 65_534, List.of());
    assertThat(policy.admit("eve", NONUNAME).uid()).isEqualTo(65_534);
    assertThat(directory.resolve("asked"))
        .content()
        .isEqualTo("passwd 5001\n-G bob\npasswd bob\n-G bob\npasswd 5002\npasswd eve\n");
  }

  /** The client is not admitted with fewer groups than it should have. */
  @Test
  void aNameServiceThatFailsIsAnErrorForItsUsersOnly() throws Exception {
    String getent = NameServiceTest.program(directory, "getent", "exit 3");
    users = with(new NameService(getent, "no-such-program", System::nanoTime));
    LocalAttachPolicy policy = policy(OptionalInt.of(0), false);
    assertThatCode(() -> policy.admit("", 5001))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    assertThat(policy.admit("", 1000).user()).isEqualTo("ann");
  }

  /** The Linux client's attach for the mount itself has no number. */
  @Test
  void anAttachAsNobodyWithoutANumberIsTheHostsUser() throws Exception {
    Caller mount = policy(OptionalInt.of(0), false).admit("nobody", NONUNAME);
    assertThat(mount).extracting(Caller::uid, Caller::gid).containsExactly(1000, 100);
    assertThat(policy(OptionalInt.of(0), false).admit("", NONUNAME).uid()).isEqualTo(1000);
    assertThat(policy(OptionalInt.of(0), false).admit("root", NONUNAME).uid()).isZero();
    Caller unknown = policy(OptionalInt.of(0), false).admit("else", NONUNAME);
    assertThat(unknown).extracting(Caller::uid, Caller::gid).containsExactly(65_534, 65_534);
  }

  @Test
  void thePeerIsAskedForOnce() throws Exception {
    int[] asked = {0};
    LocalAttachPolicy policy =
        policy(
            () -> {
              asked[0]++;
              return OptionalInt.of(1000);
            },
            Access.OWN);
    policy.admit("", 1);
    policy.admit("", 2);
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void socketsAreFoundInTheKernelsTablesOnlyWhenEstablished() throws Exception {
    Path four = directory.resolve("tcp");
    Path six = directory.resolve("tcp6");
    Files.writeString(
        four,
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout
           0: 0100007F:1388 0100007F:1608 06 00000000:00000000 00:00000000 00000000     0        0 0
           1: 0100007F:1389 0100007F:1608 01 00000000:00000000 00:00000000 00000000  1000        0 1
        """);
    Files.writeString(
        six,
        """
          sl  local_address                         remote_address                        st
           0: 00000000000000000000000001000000:1388 00000000000000000000000001000000:1608 01 0:0 0:0 0 7 0
           1: 0000000000000000FFFF00000100007F:138A 0000000000000000FFFF00000100007F:1608 01 0:0 0:0 0 8 0
        """);
    SocketTable table = new SocketTable(List.of(four, six, directory.resolve("none")));
    assertThat(table.owner(at("127.0.0.1", 5001), at("127.0.0.1", 5640))).hasValue(1000);
    assertThat(table.owner(at("127.0.0.1", 5000), at("127.0.0.1", 5640))).isEmpty();
    assertThat(table.owner(at("::1", 5000), at("::1", 5640))).hasValue(7);
    assertThat(table.owner(at("127.0.0.1", 5002), at("127.0.0.1", 5640))).hasValue(8);
    assertThat(table.owner(at("127.0.0.1", 5640), at("127.0.0.1", 5001))).isEmpty();
    assertThatCode(
            () ->
                new SocketTable(List.of(directory.resolve("none")))
                    .owner(at("::1", 1), at("::1", 2)))
        .isInstanceOf(IOException.class);
  }

  private static InetSocketAddress at(String host, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getAllByName(host)[0], port);
  }
}
