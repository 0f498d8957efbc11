package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.frontend.SessionInfo;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.auth.Access;
import dev.warren.ninep.auth.HostIdentity;
import dev.warren.ninep.auth.LocalAttachPolicy;
import dev.warren.ninep.auth.PeerIdentity;
import dev.warren.ninep.auth.Users;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.session.Attachment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which clients are trusted, and what that permits: each cell of the table in docs/security.md.
 * Acting as other users requires a host that runs as root; otherwise the tests only check who is
 * trusted.
 */
class TrustTest {
  private static final int OWNER = 5001;
  private static final int GROUP = 4200;
  private static final int NOBODY = 65_534;

  /** cap_setuid+ep, as struct vfs_cap_data of version 2. */
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final OpenOptions READ = OpenOptions.READ;

  /** The user who connects. */
  @SuppressWarnings("ImmutableEnumChecker") // no state
  enum Peer {
    OWN(() -> OptionalInt.of(HostIdentity.ofProcess().uid())),
    ROOT(() -> OptionalInt.of(0)),
    OTHER_USER(() -> OptionalInt.of(1234)),
    OTHER_MACHINE(OptionalInt::empty);

    private final PeerIdentity identity;

    Peer(PeerIdentity identity) {
      this.identity = identity;
    }
  }

  /** The listener that the client connects to. */
  @SuppressWarnings("ImmutableEnumChecker") // no state
  enum Listener {
    DEFAULT(Access.OWN),
    ALLOW_REMOTE(new Access(true, false)),
    TRUST(new Access(true, true));

    private final Access access;

    Listener(Access access) {
      this.access = access;
    }
  }

  @TempDir Path directory;
  private final Namespace namespace = new Namespace();

  @BeforeEach
  void mount() throws Exception {
    Files.setAttribute(directory, "unix:mode", 01777);
    Files.writeString(directory.resolve("owners"), "secret");
    Files.writeString(directory.resolve("groups"), "secret");
    namespace.mount(
        VfsPath.parse("/host"), TestServer.localfs(directory), MountDescription.of("localfs"));
    if (!OtherUser.canBeOne()) {
      return;
    }
    Files.setAttribute(directory.resolve("owners"), "unix:uid", OWNER);
    Files.setAttribute(directory.resolve("owners"), "unix:mode", 0600);
    Files.setAttribute(directory.resolve("groups"), "unix:gid", GROUP);
    Files.setAttribute(directory.resolve("groups"), "unix:mode", 0640);
    namespace.mount(
        VfsPath.parse("/caller"),
        TestServer.localfs(directory, Map.of("identity", "caller")),
        MountDescription.of("localfs"));
    namespace.mount(
        VfsPath.parse("/client"),
        TestServer.localfs(directory, Map.of("identity", "client")),
        MountDescription.of("localfs"));
  }

  @AfterEach
  void unmount() {
    namespace.close();
  }

  private static Caller attach(Peer peer, Listener listener, int uid) throws FsException {
    return new LocalAttachPolicy(
            HostIdentity.ofProcess(),
            new Users(),
            peer.identity,
            listener.access,
            "test",
            reason -> {})
        .admit("", uid);
  }

  /**
   * Over the machine's own address the kernel does not report the owner of the other end, so the
   * user who runs the host is nobody there.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientsOfTheMachinesOwnAddressAreThoseOfOtherMachines(boolean trust) throws Exception {
    Optional<InetAddress> own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .findFirst();
    assumeTrue(own.isPresent(), "this machine has no address but loopback");
    Map<String, Object> listener =
        Map.of("address", "0.0.0.0:0", "allow_remote", true, "trust", trust);
    try (TestServer server = new TestServer(Map.of("listen", List.of(listener)))) {
      assertThat(attached(server, InetAddress.getLoopbackAddress()))
          .extracting(Caller::trusted, Caller::uid)
          .containsExactly(true, OWNER);
      assertThat(attached(server, own.get()))
          .extracting(Caller::trusted, Caller::uid)
          .containsExactly(trust, trust ? OWNER : NOBODY);
    }
  }

  private static Caller attached(TestServer server, InetAddress address) throws Exception {
    int port = server.address().getPort();
    try (NinepClient client = NinepClient.connect(new InetSocketAddress(address, port))) {
      client.version(8192).attach("", OWNER);
      String here = address.getHostAddress() + ":";
      return server.running().sessions().stream()
          .map(SessionInfo::caller)
          .filter(caller -> String.valueOf(caller.remoteAddress()).startsWith(here))
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OWN,           DEFAULT,      trusted",
    "OWN,           ALLOW_REMOTE, trusted",
    "OWN,           TRUST,        trusted",
    "ROOT,          DEFAULT,      trusted",
    "ROOT,          ALLOW_REMOTE, trusted",
    "ROOT,          TRUST,        trusted",
    "OTHER_USER,    DEFAULT,      refused",
    "OTHER_USER,    ALLOW_REMOTE, nobody",
    "OTHER_USER,    TRUST,        trusted",
    "OTHER_MACHINE, DEFAULT,      refused",
    "OTHER_MACHINE, ALLOW_REMOTE, nobody",
    "OTHER_MACHINE, TRUST,        trusted",
  })
  void whichClientsAreAccepted(Peer peer, Listener listener, String as) throws Exception {
    if (as.equals("refused")) {
      assertThatThrownBy(() -> attach(peer, listener, OWNER))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
      return;
    }
    Caller caller = attach(peer, listener, OWNER);
    boolean trusted = as.equals("trusted");
    assertThat(caller.trusted()).isEqualTo(trusted);
    assertThat(caller.uid()).isEqualTo(trusted ? OWNER : NOBODY);
    assertThat(caller.gid()).isEqualTo(NOBODY); // no table has a group for user 5001
  }

  private Attachment attachment(String mount, Caller caller) throws FsException {
    SharedFileSystem tree = namespace.as(caller);
    return new Attachment(caller, VfsPath.parse(mount), tree);
  }

  private static boolean reads(FileSystem files, String path) throws FsException {
    try {
      files.open(VfsPath.parse(path), READ, 0).close();
      return true;
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.EACCES);
      return false;
    }
  }

  /** With {@code identity: host} all admitted clients do what the host can. */
  @Test
  void withTheHostsIdentityAllActAsTheHost() throws Exception {
    for (Listener listener : new Listener[] {Listener.ALLOW_REMOTE, Listener.TRUST}) {
      Caller caller = attach(Peer.OTHER_MACHINE, listener, OWNER);
      FileSystem files = attachment("/host", caller).view(true);
      assertThat(reads(files, "/host/owners")).isTrue();
      assertThat(reads(files, "/host/groups")).isTrue();
    }
  }

  @Test
  void withTheCallersIdentityTrustedClientsActAsTheUserTheyName() throws Exception {
    if (!OtherUser.canBeOne()) {
      return;
    }
    Attachment theirs = attachment("/caller", attach(Peer.ROOT, Listener.DEFAULT, OWNER));
    assertThat(reads(theirs.view(true), "/caller/owners")).isTrue();
    assertThat(reads(theirs.view(true), "/caller/groups")).isFalse();
    assertThat(reads(theirs.view(true, GROUP), "/caller/groups")).isTrue();
    theirs.view(true, GROUP).mkdir(VfsPath.parse("/caller/d"), 0755);
    assertThat(Files.getAttribute(directory.resolve("d"), "unix:uid")).isEqualTo(OWNER);
    assertThat(Files.getAttribute(directory.resolve("d"), "unix:gid")).isEqualTo(GROUP);
  }

  /** The kernel of a trusted client has checked the permissions; only new files have an owner. */
  @Test
  void withTheClientsIdentityTrustedClientsReachWhatTheHostCan() throws Exception {
    if (!OtherUser.canBeOne()) {
      return;
    }
    int user = 1234;
    for (Listener listener : Listener.values()) {
      Attachment theirs = attachment("/client", attach(Peer.ROOT, listener, user));
      assertThat(reads(theirs.view(true), "/client/owners")).isTrue();
      assertThat(reads(theirs.view(true), "/client/groups")).isTrue();
      theirs.view(true, GROUP).mkdir(VfsPath.parse("/client/" + listener), 0755);
      Path made = directory.resolve(listener.toString());
      assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(user);
      assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(GROUP);
    }
  }

  /**
   * Such attributes give rights on this system. For a trusted root the kernel decides, as with
   * setcap.
   */
  @Test
  void onlyTrustedClientsChangeAttributesThatGiveRights() throws Exception {
    if (!OtherUser.canBeOne()) {
      return;
    }
    Path program = Files.createFile(directory.resolve("program"));
    Files.setAttribute(program, "unix:uid", NOBODY);
    for (String mount : new String[] {"/caller", "/client"}) {
      for (String name : new String[] {"security.capability", "trusted.x"}) {
        Attachment theirs = attachment(mount, attach(Peer.OTHER_USER, Listener.ALLOW_REMOTE, 0));
        VfsPath path = VfsPath.parse(mount + "/program");
        assertThatThrownBy(() -> theirs.view(true).setXattr(path, name, CAPABILITY, XattrMode.SET))
            .isInstanceOfSatisfying(
                FsException.class, e -> assertThat(e.errno()).isIn(Errno.EPERM, Errno.EOPNOTSUPP));
      }
    }
  }

  /** The group in a request gives no rights, and no file is created with it. */
  @ParameterizedTest
  @ValueSource(strings = {"/caller", "/client"})
  void withTheCallersOrClientsIdentityOthersAreNobodyWhateverTheyClaim(String mount)
      throws Exception {
    if (!OtherUser.canBeOne()) {
      return;
    }
    for (Peer peer : new Peer[] {Peer.OTHER_USER, Peer.OTHER_MACHINE}) {
      Attachment theirs = attachment(mount, attach(peer, Listener.ALLOW_REMOTE, 0));
      assertThat(reads(theirs.view(true, GROUP), mount + "/owners")).isFalse();
      assertThat(reads(theirs.view(true, GROUP), mount + "/groups")).isFalse();
      theirs.view(true, GROUP).mkdir(VfsPath.parse(mount + "/" + peer), 0755);
      Path made = directory.resolve(peer.toString());
      assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(NOBODY);
      assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(NOBODY);
    }
  }
}
