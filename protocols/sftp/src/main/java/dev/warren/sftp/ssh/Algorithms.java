package dev.warren.sftp.ssh;

import dev.warren.sftp.cipher.ChaCha20Poly1305Factory;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.compression.Compression;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.ServerBuilder;

/**
 * The algorithms that are offered, best first: modern ones that current clients support. No NIST
 * curves and no finite-field groups for the key exchange, no CBC, no SHA-1.
 */
final class Algorithms {
  private Algorithms() {}

  static List<KeyExchangeFactory> keyExchanges() {
    return NamedFactory.setUpTransformedFactories(
        false,
        List.of(
            BuiltinDHFactories.mlkem768x25519,
            BuiltinDHFactories.sntrup761x25519,
            BuiltinDHFactories.sntrup761x25519_openssh,
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh),
        ServerBuilder.DH2KEX);
  }

  static List<NamedFactory<Cipher>> ciphers() {
    return List.of(
        BuiltinCiphers.aes128gcm,
        BuiltinCiphers.aes256gcm,
        new ChaCha20Poly1305Factory(),
        BuiltinCiphers.aes256ctr,
        BuiltinCiphers.aes192ctr,
        BuiltinCiphers.aes128ctr);
  }

  /**
   * The MACs, for ciphers without authentication.
   *
   * @param older whether to offer one that covers the plain text, before encryption: curl with
   *     libssh2 before 1.11 supports no other
   */
  static List<NamedFactory<Mac>> macs(boolean older) {
    return older
        ? List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm, BuiltinMacs.hmacsha256)
        : List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm);
  }

  /** The signatures, for host keys and for users' keys. */
  static List<NamedFactory<Signature>> signatures() {
    return List.of(
        BuiltinSignatures.ed25519_cert,
        BuiltinSignatures.nistp256_cert,
        BuiltinSignatures.nistp384_cert,
        BuiltinSignatures.nistp521_cert,
        BuiltinSignatures.rsaSHA512_cert,
        BuiltinSignatures.rsaSHA256_cert,
        BuiltinSignatures.ed25519,
        BuiltinSignatures.sk_ssh_ed25519,
        BuiltinSignatures.nistp256,
        BuiltinSignatures.nistp384,
        BuiltinSignatures.nistp521,
        BuiltinSignatures.sk_ecdsa_sha2_nistp256,
        BuiltinSignatures.rsaSHA512,
        BuiltinSignatures.rsaSHA256);
  }

  /** No compression: zlib is slower than most networks that compressible data is copied over. */
  static List<NamedFactory<Compression>> compressions() {
    return List.of(BuiltinCompressions.none);
  }
}
