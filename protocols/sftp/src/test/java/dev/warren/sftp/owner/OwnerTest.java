package dev.warren.sftp.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.frontend.Recipe;
import dev.warren.sftp.auth.KeySource;
import dev.warren.sftp.ssh.HostKeyType;
import dev.warren.sftp.ssh.KeyPairFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("AddressSelection") // all are literals
class OwnerTest {
  @TempDir Path home;
  private Path ssh;
  private Path state;

  @BeforeEach
  void directories() throws IOException {
    ssh = home.resolve(".ssh");
    state = Files.createDirectory(home.resolve("state"));
  }

  private Owner owner() throws IOException {
    return Owner.of("anna", ssh, state);
  }

  private PublicKey key(String name) throws IOException {
    Files.createDirectories(ssh);
    return KeyPairFile.readOrMake(ssh.resolve(name), HostKeyType.ED25519, "key").getPublic();
  }

  private static List<PublicKey> keys(Owner owner) {
    return owner.account().keys().stream()
        .map(KeySource::keys)
        .flatMap(List::stream)
        .map(k -> k.key())
        .toList();
  }

  @Test
  void withoutKeysOneIsCreatedAndKept() throws IOException {
    Owner first = owner();
    Path made = state.resolve("client_key");

    assertThat(first.login()).isEqualTo(new Login("anna", made));
    assertThat(Files.getPosixFilePermissions(made))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(keys(first)).hasSize(1).isEqualTo(keys(owner()));
  }

  @Test
  void aKeyThatClientsUseByDefaultIsNotNamed() throws IOException {
    PublicKey other = key("a_key");
    PublicKey usual = key("id_ed25519");
    Owner owner = owner();

    assertThat(owner.login()).isEqualTo(new Login("anna", null));
    assertThat(keys(owner)).containsExactlyInAnyOrder(other, usual);
    assertThat(state).isEmptyDirectory();
  }

  @Test
  void aKeyWithAnotherNameIsNamed() throws IOException {
    key("work");

    assertThat(owner().login()).isEqualTo(new Login("anna", ssh.resolve("work")));
    assertThat(state).isEmptyDirectory();
  }

  @Test
  void publicKeysWithoutPrivateKeysDoNotLogIn() throws IOException {
    PublicKey far = key("id_ed25519");
    Files.move(ssh.resolve("id_ed25519.pub"), ssh.resolve("authorized_keys"));
    Files.delete(ssh.resolve("id_ed25519"));
    Owner owner = owner();

    assertThat(owner.login().identity()).isEqualTo(state.resolve("client_key"));
    assertThat(keys(owner)).hasSize(2).contains(far);
  }

  /**
   * A colleague's public key may be there, to be copied somewhere or to encrypt something for the
   * colleague.
   */
  @Test
  void publicKeysOfOthersDoNotLogIn() throws IOException {
    PublicKey own = key("id_ed25519");
    key("colleague");
    Files.delete(ssh.resolve("colleague"));

    assertThat(keys(owner())).containsExactly(own);
  }

  /** A file with the right name is not enough: it must be the private key of the same pair. */
  @Test
  void thePrivateKeyOfAnotherPairIsNotAccepted() throws IOException {
    PublicKey own = key("id_ed25519");
    key("colleague");
    Files.copy(
        ssh.resolve("id_ed25519"), ssh.resolve("colleague"), StandardCopyOption.REPLACE_EXISTING);

    assertThat(keys(owner())).containsExactly(own);
  }

  @Test
  void aCreatedKeyThatOthersCanReadIsNotUsed() throws IOException {
    owner();
    Files.setPosixFilePermissions(
        state.resolve("client_key"), PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(this::owner)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("client key")
        .hasMessageContaining("chmod 600");
  }

  @Test
  void recipesContainWhatClientsDoNotFindThemselves() {
    InetSocketAddress bound = new InetSocketAddress("0.0.0.0", 2022);
    List<String> own = commands(new Login("anna", null), bound, "/s/known_hosts");
    List<String> made = commands(new Login("anna", Path.of("/a, b/key")), bound, "/a, b/known");

    assertThat(own)
        .containsExactly(
            "sftp -P 2022 -o UserKnownHostsFile=/s/known_hosts anna@127.0.0.1",
            "mkdir -p ~/mnt && sshfs -p 2022 -o"
                + " UserKnownHostsFile=/s/known_hosts,reconnect,direct_io,workaround=renamexdev,dir_cache=no,attr_timeout=0,entry_timeout=0"
                + " anna@127.0.0.1:/ ~/mnt");
    assertThat(made.get(0))
        .isEqualTo(
            "sftp -P 2022 -o 'IdentityFile=\"/a, b/key\"' -o IdentitiesOnly=yes"
                + " -o 'UserKnownHostsFile=\"/a, b/known\"' anna@127.0.0.1");
    assertThat(made.get(1)).contains("'IdentityFile=\"/a\\, b/key\",IdentitiesOnly=yes,User");
  }

  @Test
  void aServicesKeyIsReadByRoot() {
    InetSocketAddress bound = new InetSocketAddress("0.0.0.0", 2022);
    Path known = Path.of("/s/known_hosts");

    assertThat(LoginRecipes.of(new Login("warren", Path.of("/s/key")), bound, known, true))
        .extracting(Recipe::command)
        .satisfiesExactly(
            look -> assertThat(look).startsWith("sudo sftp -P 2022 -o IdentityFile=/s/key "),
            mount -> assertThat(mount).startsWith("mkdir -p ~/mnt && sudo sshfs -p 2022 -o "));
    assertThat(LoginRecipes.of(new Login("anna", null), bound, known, true))
        .extracting(Recipe::command)
        .noneMatch(command -> command.contains("sudo"));
  }

  @Test
  void recipesForIpv6() {
    assertThat(commands(new Login("anna", null), new InetSocketAddress("::1", 2022), "/k"))
        .containsExactly(
            "sftp -P 2022 -o UserKnownHostsFile=/k 'anna@[::1]'",
            "mkdir -p ~/mnt && sshfs -p 2022 -o"
                + " UserKnownHostsFile=/k,reconnect,direct_io,workaround=renamexdev,dir_cache=no,attr_timeout=0,entry_timeout=0"
                + " 'anna@[::1]:/' ~/mnt");
  }

  @Test
  void oneFileContainsAllThatClientsNeed() throws IOException {
    Path known = state.resolve("known_hosts");
    Path file = state.resolve("ssh_config");

    ClientConfig.write(
        new Login("anna", Path.of("/a, b/key")), new InetSocketAddress("0.0.0.0", 2022), known);
    assertThat(file)
        .content()
        .endsWith(
            """
            Host warren
              HostName 127.0.0.1
              Port 2022
              User anna
              UserKnownHostsFile %s
              IdentityFile "/a, b/key"
              IdentitiesOnly yes
            """
                .formatted(known));

    // If the client finds the keys itself, none is named, because ssh would not try any other.
    ClientConfig.write(new Login("anna", null), new InetSocketAddress("::1", 2023), known);
    assertThat(file).content().contains("HostName ::1\n  Port 2023\n");
    assertThat(file).content().doesNotContain("Identit");
  }

  private static List<String> commands(Login login, InetSocketAddress bound, String known) {
    return LoginRecipes.of(login, bound, Path.of(known), false).stream()
        .map(Recipe::command)
        .toList();
  }
}
