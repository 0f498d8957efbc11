package dev.warren.sftp.auth;

import java.net.InetAddress;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may log in. Thread-safe. Answers with the reason for the log; clients are told
 * nothing but no.
 */
public final class Users {
  /** A hash that no password has, of the usual strength. */
  private static final PasswordHash NOBODY = PasswordHash.parse("$2b$10$" + ".".repeat(53));

  private final Map<String, UserAccount> accounts;
  private final KeySource authorities;
  private final InstantSource clock;
  private final Map<String, PasswordHash> decoys; // by what it takes to check them
  private final List<KeySource> decoyKeys;

  /**
   * Users.
   *
   * @param authorities keys whose certificates every user may log in with
   */
  public Users(Collection<UserAccount> accounts, KeySource authorities, InstantSource clock) {
    this.accounts =
        accounts.stream()
            .collect(Collectors.toUnmodifiableMap(UserAccount::name, Function.identity()));
    this.authorities = authorities;
    this.clock = clock;
    Map<String, PasswordHash> efforts = new TreeMap<>();
    for (UserAccount account : accounts) {
      if (account.password() != null) {
        efforts.putIfAbsent(account.password().effort(), account.password());
      }
    }
    if (efforts.isEmpty()) {
      efforts.put(NOBODY.effort(), NOBODY);
    }
    this.decoys = Collections.unmodifiableMap(efforts);
    this.decoyKeys =
        accounts.stream()
            .map(UserAccount::keys)
            .filter(keys -> !keys.isEmpty())
            .findFirst()
            .orElse(List.of());
  }

  /**
   * What was decided.
   *
   * @param allowed whether the user may log in
   * @param reason why or why not, for the log
   */
  public record Verdict(boolean allowed, String reason) {
    static Verdict yes(String how) {
      return new Verdict(true, how);
    }

    static Verdict no(String why) {
      return new Verdict(false, why);
    }
  }

  /** The user of a name. */
  public @Nullable UserAccount find(String name) {
    return accounts.get(name);
  }

  /** Whether any user has a password. */
  public boolean hasPasswords() {
    return accounts.values().stream().anyMatch(account -> account.password() != null);
  }

  /**
   * Checks a password, in a time that does not tell whether there is such a user: unless it is
   * right, one hash of each effort that any user's takes is computed, whoever asks. With one alone,
   * be it the dearest, users with a cheaper one would be known by their quicker answer.
   */
  public Verdict checkPassword(String name, String password) {
    UserAccount account = accounts.get(name);
    PasswordHash own = account == null ? null : account.password();
    for (PasswordHash hash : hashesFor(account)) {
      boolean right = hash.matches(password);
      if (right && hash == own) {
        return Verdict.yes("password");
      }
    }
    if (own == null) {
      return Verdict.no(account == null ? "no such user" : "the user has no password");
    }
    return Verdict.no("wrong password");
  }

  /** How many bytes of the heap it takes at most to check a password. */
  public long memoryOfOneCheck() {
    return decoys.values().stream().mapToLong(PasswordHash::memory).max().orElse(0);
  }

  /** The hashes that are computed: the user's own first, and of each other effort somebody's. */
  List<PasswordHash> hashesFor(@Nullable UserAccount account) {
    PasswordHash own = account == null ? null : account.password();
    List<PasswordHash> hashes = new ArrayList<>();
    if (own != null) {
      hashes.add(own);
    }
    decoys.forEach(
        (effort, decoy) -> {
          if (own == null || !effort.equals(own.effort())) {
            hashes.add(decoy);
          }
        });
    return hashes;
  }

  /**
   * Checks whether a key, or the key of a certificate, may log in as a user. That the client has
   * the private key, and that the certificate is signed and in time, is checked elsewhere. For a
   * name that is nobody's, the keys of a user are looked at all the same, so that the time does not
   * tell.
   */
  public Verdict checkKey(String name, PublicKey key, InetAddress address) {
    UserAccount account = accounts.get(name);
    List<AuthorizedKey> keys =
        keysFor(account).stream().flatMap(source -> source.keys().stream()).toList();
    Verdict verdict =
        key instanceof OpenSshCertificate certificate
            ? checkCertificate(name, certificate, keys, address)
            : checkPlainKey(key, keys, address);
    return account == null ? Verdict.no("no such user") : verdict;
  }

  private List<KeySource> keysFor(@Nullable UserAccount account) {
    return account == null ? decoyKeys : account.keys();
  }

  private Verdict checkPlainKey(PublicKey key, List<AuthorizedKey> keys, InetAddress address) {
    String reason = "unknown key " + KeyUtils.getFingerPrint(key);
    for (AuthorizedKey authorized : keys) {
      if (!authorized.options().certAuthority() && KeyUtils.compareKeys(authorized.key(), key)) {
        if (authorized.options().allow(address, clock.instant())) {
          return Verdict.yes("key " + KeyUtils.getFingerPrint(key));
        }
        reason = "key " + KeyUtils.getFingerPrint(key) + " expired or not allowed from there";
      }
    }
    return Verdict.no(reason);
  }

  private Verdict checkCertificate(
      String name, OpenSshCertificate certificate, List<AuthorizedKey> keys, InetAddress address) {
    String refusal = CertificateRules.refusal(certificate);
    if (refusal != null) {
      return Verdict.no(refusal);
    }
    for (AuthorizedKey authority : authorities.keys()) {
      if (KeyUtils.compareKeys(authority.key(), certificate.getCaPubKey())
          && authority.options().allow(address, clock.instant())
          && certificate.getPrincipals().contains(name)) {
        return Verdict.yes("certificate '" + CertificateRules.idForLog(certificate) + "'");
      }
    }
    for (AuthorizedKey authority : keys) {
      KeyOptions options = authority.options();
      List<String> names = options.principals().isEmpty() ? List.of(name) : options.principals();
      if (options.certAuthority()
          && KeyUtils.compareKeys(authority.key(), certificate.getCaPubKey())
          && options.allow(address, clock.instant())
          && certificate.getPrincipals().stream().anyMatch(names::contains)) {
        return Verdict.yes("certificate '" + CertificateRules.idForLog(certificate) + "'");
      }
    }
    return Verdict.no("a certificate of an unknown authority, or not for this user");
  }
}
