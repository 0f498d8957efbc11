package dev.warren.sftp.auth;

import java.security.InvalidKeyException;
import java.util.Set;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.jspecify.annotations.Nullable;

/** The requirements for a user certificate besides its signature and its validity period. */
final class CertificateRules {
  /** The options that are accepted; their values are checked together with the signature. */
  private static final Set<String> KNOWN_CRITICAL = Set.of("source-address");

  private CertificateRules() {}

  /**
   * Why a certificate is refused, or null if it is not.
   *
   * @see <a
   *     href="https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.certkeys">PROTOCOL.certkeys,
   *     "Critical options"</a>
   */
  static @Nullable String refusal(OpenSshCertificate certificate) {
    if (certificate.getType() != OpenSshCertificate.Type.USER) {
      return "not a user certificate";
    }
    if (certificate.getPrincipals().isEmpty()) {
      return "a certificate without principals";
    }
    for (String option : certificate.getCriticalOptionsMap().keySet()) {
      if (!KNOWN_CRITICAL.contains(option)) {
        return "a certificate with a critical option that is not supported";
      }
    }
    try {
      KeyStrength.check(certificate.getCertPubKey());
      KeyStrength.check(certificate.getCaPubKey());
    } catch (InvalidKeyException e) {
      return e.getMessage();
    }
    return null;
  }

  /** The certificate's name, reduced to at most 64 printable characters for a log line. */
  static String idForLog(OpenSshCertificate certificate) {
    String id = certificate.getId() == null ? "" : certificate.getId();
    String printable = id.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= 64 ? printable : printable.substring(0, 64);
  }
}
