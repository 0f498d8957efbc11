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

/** How much is done for a log-in that fails does not tell whether there is such a user. */
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
    assertThat(users.hashFor(withPassword)).isSameAs(HASH);
    assertThat(users.hashFor(keysOnly)).isSameAs(HASH);
    assertThat(users.hashFor(null)).isSameAs(HASH);
    assertThat(users.checkPassword("nobody", "correct horse").allowed()).isFalse();
    assertThat(users.checkPassword("anna", "correct horse").allowed()).isFalse();
    assertThat(users.checkPassword("berta", "correct horse").allowed()).isTrue();
  }

  /** Also where nobody has a password, so that no hash could be one of theirs. */
  @Test
  void aHashIsComputedWhereThereIsNone() {
    Users none = new Users(List.of(keysOnly), List::of, InstantSource.system());
    assertThat(none.hashFor(null)).isSameAs(none.hashFor(keysOnly));
    assertThat(none.hashFor(null).matches("")).isFalse();
  }

  @Test
  void keysAreLookedAtForEveryone() throws GeneralSecurityException {
    PublicKey key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256).getPublic();
    assertThat(users.checkKey("anna", key, ADDRESS).allowed()).isFalse();
    assertThat(looks).hasValue(1);
    assertThat(users.checkKey("nobody", key, ADDRESS).allowed()).isFalse();
    assertThat(looks).hasValue(2);
  }

  /** The keys that are looked at for a name that is nobody's let nobody in. */
  @Test
  void nobodyIsNotSomeoneElse() throws GeneralSecurityException {
    PublicKey key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256).getPublic();
    KeySource source = () -> List.of(new AuthorizedKey(key, KeyOptions.NONE));
    UserAccount anna = new UserAccount("anna", List.of(source), null, VfsPath.ROOT, false, null);
    Users one = new Users(List.of(anna), List::of, InstantSource.system());
    assertThat(one.checkKey("anna", key, ADDRESS).allowed()).isTrue();
    assertThat(one.checkKey("nobody", key, ADDRESS).allowed()).isFalse();
  }
}
