package dev.warren.sftp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.VfsPath;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The work of a failed login does not reveal whether the user exists. */
class UsersTest {
  private static final PasswordHash HASH =
      PasswordHash.parse("$2b$08$KBCwKxOzLha2MUDkMkFfgutZQlt76XpiJ2LcsvxF/9Vs0udMhWV5.");
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

  private final AtomicInteger looks = new AtomicInteger();
  private final KeySource counting =
      () -> {
        looks.incrementAndGet();
        return List.of();
      };
  private final UserAccount keysOnly = account("anna", null);
  private final UserAccount withPassword = account("berta", HASH);
  private final Users users =
      new Users(List.of(keysOnly, withPassword), List::of, InstantSource.system());

  private UserAccount account(String name, @Nullable PasswordHash password) {
    return new UserAccount(name, List.of(counting), password, VfsPath.ROOT, false, null);
  }

  @Test
  void aHashIsComputedForEveryone() {
    assertThat(users.hashesFor(withPassword)).singleElement().isSameAs(HASH);
    assertThat(users.hashesFor(keysOnly)).singleElement().isSameAs(HASH);
    assertThat(users.hashesFor(null)).singleElement().isSameAs(HASH);
    assertThat(users.checkPassword("nobody", "correct horse").allowed()).isFalse();
    assertThat(users.checkPassword("anna", "correct horse").allowed()).isFalse();
    assertThat(users.checkPassword("berta", "correct horse").allowed()).isTrue();
  }

  /** If hashes have different costs, the cost is still the same for all names. */
  @Test
  void theSameIsComputedForEveryNameWhateverTheHashesCost() {
    PasswordHash dear = PasswordHash.parse("$2b$09$" + ".".repeat(53));
    PasswordHash other =
        PasswordHash.parse(
            "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0$H5rnCvoHJK5J3ADJ9mc9NL74Ow2lIMZ5zI+CyR256y0");
    UserAccount carla = account("carla", dear);
    UserAccount dora = account("dora", other);
    Users four =
        new Users(List.of(keysOnly, withPassword, carla, dora), List::of, InstantSource.system());
    List<String> efforts = efforts(four, null);
    assertThat(efforts).hasSize(3).doesNotHaveDuplicates();
    for (UserAccount account : List.of(keysOnly, withPassword, carla, dora)) {
      assertThat(efforts(four, account)).isEqualTo(efforts);
    }
    assertThat(four.hashesFor(carla).getFirst()).isSameAs(dear);
    assertThat(four.checkPassword("berta", "correct horse").allowed()).isTrue();
    assertThat(four.checkPassword("dora", "correct horse").allowed()).isTrue();
    assertThat(four.checkPassword("carla", "correct horse").allowed()).isFalse();
    assertThat(four.checkPassword("nobody", "correct horse").allowed()).isFalse();
  }

  private static List<String> efforts(Users users, @Nullable UserAccount account) {
    return users.hashesFor(account).stream().map(PasswordHash::effort).sorted().toList();
  }

  /** A hash is computed even if no user has a password. */
  @Test
  void aHashIsComputedWhereThereIsNone() {
    Users none = new Users(List.of(keysOnly), List::of, InstantSource.system());
    assertThat(none.hashesFor(null)).isEqualTo(none.hashesFor(keysOnly)).hasSize(1);
    assertThat(none.hashesFor(null).getFirst().matches("")).isFalse();
  }

  @Test
  void keysAreLookedAtForEveryone() throws GeneralSecurityException {
    PublicKey key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256).getPublic();
    assertThat(users.checkKey("anna", key, ADDRESS).allowed()).isFalse();
    assertThat(looks).hasValue(1);
    assertThat(users.checkKey("nobody", key, ADDRESS).allowed()).isFalse();
    assertThat(looks).hasValue(2);
  }

  /** The keys that are checked for an unknown user name never log in. */
  @Test
  void anUnknownNameDoesNotLogInAsAnotherUser() throws GeneralSecurityException {
    PublicKey key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256).getPublic();
    KeySource source = () -> List.of(new AuthorizedKey(key, KeyOptions.NONE));
    UserAccount anna = new UserAccount("anna", List.of(source), null, VfsPath.ROOT, false, null);
    Users one = new Users(List.of(anna), List::of, InstantSource.system());
    assertThat(one.checkKey("anna", key, ADDRESS).allowed()).isTrue();
    assertThat(one.checkKey("nobody", key, ADDRESS).allowed()).isFalse();
  }
}
