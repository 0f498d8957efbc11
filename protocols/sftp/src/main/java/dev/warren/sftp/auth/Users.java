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
 * Decides which users may log in. Thread-safe. Each decision has a reason for the log; clients only
 * learn that they were refused.
 */
public final class Users {
  /** A hash of the default effort that no password matches. */
  private static final PasswordHash NOBODY = PasswordHash.parse("$2b$10$" + ".".repeat(53));

  private final Map<String, UserAccount> accounts;
  private final KeySource authorities;
  private final InstantSource clock;
  private final Map<String, PasswordHash> decoys; // by effort
  private final List<KeySource> decoyKeys;

  /**
   * Creates the users.
   *
   * @param authorities keys whose certificates may log in as any user
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
   * A decision.
   *
   * @param allowed whether the user may log in
   * @param reason the reason for the decision, for the log
   */
  public record Verdict(boolean allowed, String reason) {
    static Verdict yes(String how) {
      return new Verdict(true, how);
    }

    static Verdict no(String why) {
      return new Verdict(false, why);
    }
  }

  /** The user with a name. */
  public @Nullable UserAccount find(String name) {
    return accounts.get(name);
  }

  /** Whether any user has a password. */
  public boolean hasPasswords() {
    return accounts.values().stream().anyMatch(account -> account.password() != null);
  }

  /**
   * Checks a password. The time it takes does not reveal whether the user exists: unless the
   * password is right, one hash of each effort that any user has is computed, for every name. If
   * only one were computed, even the most expensive, users with a cheaper one could be recognized
   * by a faster reply.
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

  /** Maximum heap in bytes that checking a password uses. */
  public long memoryOfOneCheck() {
    return decoys.values().stream().mapToLong(PasswordHash::memory).max().orElse(0);
  }

  /** The hashes to compute: the user's own first, then one for each other effort. */
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
   * Checks whether a key, or the key of a certificate, may log in as a user. Other code checks that
   * the client has the private key, and that the certificate's signature and time are valid. For an
   * unknown user name, some user's keys are checked all the same, so that the time does not reveal
   * that the user does not exist.
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
