package dev.warren.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.sftp.client.SftpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which users may log in, over real connections. */
class AuthenticationTest {
  private static final String HASH =
      "$2b$08$KBCwKxOzLha2MUDkMkFfgutZQlt76XpiJ2LcsvxF/9Vs0udMhWV5."; // of "correct horse"
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final KeyPair OTHER = TestKeys.ed25519();
  private static final KeyPair AUTHORITY = TestKeys.ed25519();

  @TempDir Path state;
  private final MemoryFileSystem files = new MemoryFileSystem();
  private TestClient client;
  private RunningFrontEnd server;

  @BeforeEach
  void startClient() {
    client = new TestClient();
  }

  @AfterEach
  void stop() {
    client.close();
    if (server != null) {
      server.close();
    }
  }

  private void serve(Map<String, ?> config) throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("max_login_delay", "0"));
    all.putAll(config);
    server = TestServer.start(files, state, all);
  }

  private static Map<String, Object> user(Object... keysAndValues) {
    Map<String, Object> user = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      user.put(keysAndValues[i].toString(), keysAndValues[i + 1]);
    }
    return user;
  }

  private void logsIn(String user, KeyPair key, String password) throws IOException {
    try (ClientSession session = client.logIn(server, user, key, password);
        SftpClient sftp = TestClient.sftp(session)) {
      assertThat(sftp.canonicalPath(".")).isEqualTo("/");
    }
  }

  private void isRefused(String user, KeyPair key, String password) {
    assertThatThrownBy(() -> client.logIn(server, user, key, password).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void onlyAKeyOfTheUserLogsIn() throws IOException {
    serve(
        Map.of(
            "users",
            List.of(
                user("name", "anna", "authorized_keys", TestKeys.line(KEY)),
                user("name", "berta", "authorized_keys", TestKeys.line(OTHER)))));
    logsIn("anna", KEY, null);
    logsIn("berta", OTHER, null);
    isRefused("anna", OTHER, null);
    isRefused("nobody", KEY, null);
    isRefused("anna", null, "correct horse");
    isRefused("anna", null, null);
  }

  @Tag("slow")
  @Test
  void rsaAndEcdsaKeys() throws IOException {
    KeyPair rsa = TestKeys.generate(KeyPairProvider.SSH_RSA, 2048);
    KeyPair ecdsa = TestKeys.generate(KeyPairProvider.ECDSA_SHA2_NISTP384, 384);
    serve(
        Map.of(
            "host_keys",
            List.of("rsa", "ecdsa", "ed25519"),
            "users",
            List.of(
                user(
                    "name",
                    "anna",
                    "authorized_keys",
                    List.of(TestKeys.line(rsa), TestKeys.line(ecdsa))))));
    logsIn("anna", rsa, null);
    logsIn("anna", ecdsa, null);
  }

  @Test
  void passwords() throws IOException {
    serve(
        Map.of(
            "users",
            List.of(
                user("name", "anna", "password", HASH),
                user("name", "berta", "authorized_keys", TestKeys.line(KEY)))));
    logsIn("anna", null, "correct horse");
    isRefused("anna", null, "correct horsf");
    isRefused("anna", null, HASH);
    isRefused("berta", null, "correct horse");
    isRefused("nobody", null, "correct horse");
  }

  @Test
  void keyOptions() throws IOException {
    serve(
        Map.of(
            "users",
            List.of(
                user(
                    "name",
                    "here",
                    "authorized_keys",
                    "restrict,from=\"127.0.0.0/8\",expiry-time=\"29991231\" " + TestKeys.line(KEY)),
                user("name", "away", "authorized_keys", "from=\"192.0.2.1\" " + TestKeys.line(KEY)),
                user(
                    "name",
                    "late",
                    "authorized_keys",
                    "expiry-time=\"20200101Z\" " + TestKeys.line(KEY)))));
    logsIn("here", KEY, null);
    isRefused("away", KEY, null);
    isRefused("late", KEY, null);
  }

  @Test
  void changesOfAKeyFileTakeEffect() throws IOException {
    Path keys = state.resolve("keys");
    Files.writeString(keys, TestKeys.line(KEY) + "\n");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
    serve(Map.of("users", List.of(user("name", "anna", "authorized_keys", keys.toString()))));
    logsIn("anna", KEY, null);
    Files.writeString(keys, TestKeys.line(OTHER) + " replaced\n");
    isRefused("anna", KEY, null);
    logsIn("anna", OTHER, null);
  }

  private static KeyPair certified(KeyPair key, OpenSshCertificateBuilder builder)
      throws Exception {
    OpenSshCertificate certificate =
        builder.id("test certificate").serial(1).publicKey(key.getPublic()).sign(AUTHORITY);
    return new KeyPair(certificate, key.getPrivate());
  }

  private static OpenSshCertificateBuilder forNames(String... names) {
    return OpenSshCertificateBuilder.userCertificate()
        .principals(List.of(names))
        .validAfter(Instant.now().minus(Duration.ofHours(1)))
        .validBefore(Instant.now().plus(Duration.ofHours(1)));
  }

  @Test
  void certificatesOfATrustedAuthority() throws Exception {
    serve(
        Map.of(
            "trusted_user_ca_keys",
            List.of(TestKeys.line(AUTHORITY)),
            "users",
            List.of(user("name", "anna"), user("name", "berta"))));
    logsIn("anna", certified(KEY, forNames("anna")), null);
    logsIn("berta", certified(KEY, forNames("anna", "berta")), null);
    isRefused("berta", certified(KEY, forNames("anna")), null);
    isRefused("anna", certified(KEY, forNames()), null);
    isRefused(
        "anna",
        certified(KEY, forNames("anna").validBefore(Instant.now().minus(Duration.ofMinutes(1)))),
        null);
    isRefused(
        "anna",
        certified(
            KEY,
            forNames("anna")
                .criticalOptions(
                    List.of(new OpenSshCertificate.CertificateOption("force-command", "ls")))),
        null);
    isRefused(
        "anna",
        certified(
            KEY,
            forNames("anna")
                .criticalOptions(
                    List.of(
                        new OpenSshCertificate.CertificateOption(
                            "source-address", "192.0.2.0/24")))),
        null);
    logsIn(
        "anna",
        certified(
            KEY,
            forNames("anna")
                .criticalOptions(
                    List.of(
                        new OpenSshCertificate.CertificateOption(
                            "source-address", "127.0.0.0/8")))),
        null);
    isRefused(
        "anna",
        certified(KEY, forNames("anna").validAfter(Instant.now().plus(Duration.ofMinutes(1)))),
        null);
    isRefused(
        "anna",
        certified(
            KEY,
            OpenSshCertificateBuilder.hostCertificate()
                .principals(List.of("anna"))
                .validAfter(Instant.now().minus(Duration.ofHours(1)))
                .validBefore(Instant.now().plus(Duration.ofHours(1)))),
        null);
    isRefused("anna", KEY, null);
  }

  /** Removing an authority's key revokes all certificates it has signed, without a restart. */
  @Test
  void aRemovedAuthorityLogsInNoUsers() throws Exception {
    Path authorities = state.resolve("authorities");
    Files.writeString(authorities, TestKeys.line(AUTHORITY) + "\n");
    Files.setPosixFilePermissions(authorities, PosixFilePermissions.fromString("rw-r--r--"));
    serve(
        Map.of(
            "trusted_user_ca_keys",
            authorities.toString(),
            "users",
            List.of(user("name", "anna"))));
    logsIn("anna", certified(KEY, forNames("anna")), null);
    Files.writeString(authorities, "# " + TestKeys.line(AUTHORITY) + "\n");
    isRefused("anna", certified(KEY, forNames("anna")), null);
  }

  @Test
  void certificatesOfAnUnknownAuthority() throws Exception {
    serve(
        Map.of(
            "trusted_user_ca_keys",
            List.of(TestKeys.line(OTHER)),
            "users",
            List.of(user("name", "anna", "authorized_keys", TestKeys.line(AUTHORITY)))));
    isRefused("anna", certified(KEY, forNames("anna")), null);
  }

  @Test
  void anAuthorityOfOneUser() throws Exception {
    serve(
        Map.of(
            "users",
            List.of(
                user(
                    "name",
                    "anna",
                    "authorized_keys",
                    "cert-authority,principals=\"robots\" " + TestKeys.line(AUTHORITY)),
                user("name", "berta", "authorized_keys", TestKeys.line(OTHER)))));
    logsIn("anna", certified(KEY, forNames("robots")), null);
    isRefused("anna", certified(KEY, forNames("anna")), null);
    isRefused("berta", certified(KEY, forNames("robots")), null);
    isRefused("anna", AUTHORITY, null);
  }

  @Test
  void rootReadOnlyAndMounts() throws Exception {
    files.mkdir(TestFiles.path("/a"), 0755);
    files.mkdir(TestFiles.path("/b"), 0755);
    TestFiles.write(files, TestFiles.path("/a/f"), "in a");
    TestFiles.write(files, TestFiles.path("/b/f"), "in b");
    files.symlink("/b/f", TestFiles.path("/a/out"));
    serve(
        Map.of(
            "users",
            List.of(
                user("name", "inside", "authorized_keys", TestKeys.line(KEY), "root", "/a"),
                user("name", "reader", "authorized_keys", TestKeys.line(KEY), "read_only", true),
                user(
                    "name",
                    "mounted",
                    "authorized_keys",
                    TestKeys.line(KEY),
                    "mounts",
                    List.of("/a", Map.of("path", "/b", "access", "write"))))));
    try (ClientSession session = client.logIn(server, "inside", KEY, null);
        SftpClient sftp = TestClient.sftp(session)) {
      assertThat(sftp.lstat("/f").getSize()).isEqualTo(4);
      assertThatThrownBy(() -> sftp.stat("/../b/f")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> sftp.stat("/out")).isInstanceOf(IOException.class);
    }
    try (ClientSession session = client.logIn(server, "reader", KEY, null);
        SftpClient sftp = TestClient.sftp(session)) {
      assertThat(sftp.stat("/a/out").getSize()).isEqualTo(4);
      assertThatThrownBy(() -> sftp.remove("/a/f")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> sftp.mkdir("/new")).isInstanceOf(IOException.class);
    }
    try (ClientSession session = client.logIn(server, "mounted", KEY, null);
        SftpClient sftp = TestClient.sftp(session)) {
      assertThatThrownBy(() -> sftp.remove("/a/f")).isInstanceOf(IOException.class);
      assertThatCode(() -> sftp.remove("/b/f")).doesNotThrowAnyException();
    }
  }

  @Test
  void theTriesOfAConnectionAreLimited() throws Exception {
    serve(
        Map.of(
            "max_auth_tries",
            2,
            "users",
            List.of(
                user("name", "anna", "authorized_keys", TestKeys.line(KEY), "password", HASH))));
    try (ClientSession session = client.connect(server, "anna")) {
      for (int i = 0; i < 5; i++) {
        session.addPasswordIdentity("guess " + i);
      }
      session.addPasswordIdentity("correct horse");
      assertThatThrownBy(() -> session.auth().verify(TestClient.LIMIT))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void theNumberOfSessionsIsLimited() throws Exception {
    serve(
        Map.of(
            "max_sessions_per_user",
            2,
            "max_sessions",
            3,
            "users",
            List.of(
                user("name", "anna", "authorized_keys", TestKeys.line(KEY)),
                user("name", "berta", "authorized_keys", TestKeys.line(KEY)),
                user("name", "carla", "authorized_keys", TestKeys.line(KEY)))));
    List<SftpClient> open = new ArrayList<>();
    open.add(TestClient.sftp(client.logIn(server, "anna", KEY, null)));
    open.add(TestClient.sftp(client.logIn(server, "anna", KEY, null)));
    assertThatThrownBy(() -> TestClient.sftp(client.logIn(server, "anna", KEY, null)))
        .isInstanceOf(IOException.class);
    open.add(TestClient.sftp(client.logIn(server, "berta", KEY, null)));
    assertThatThrownBy(() -> TestClient.sftp(client.logIn(server, "carla", KEY, null)))
        .isInstanceOf(IOException.class);
    assertThat(server.sessions()).hasSize(3);
    for (SftpClient sftp : open) {
      assertThat(sftp.canonicalPath(".")).isEqualTo("/");
    }
  }

  @Test
  void theHostKeyIsCreatedOnceAndKept() throws Exception {
    Map<String, ?> config =
        Map.of("users", List.of(user("name", "anna", "authorized_keys", TestKeys.line(KEY))));
    serve(config);
    Path file = state.resolve("ssh_host_ed25519_key");
    String key = Files.readString(file);
    assertThat(key).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    server.close();
    serve(config);
    assertThat(Files.readString(file)).isEqualTo(key);
    server.close();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> serve(config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
    assertThat(Files.readString(file)).isEqualTo(key);
  }
}
