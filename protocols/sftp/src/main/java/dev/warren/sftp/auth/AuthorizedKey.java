package dev.warren.sftp.auth;

import java.security.PublicKey;

/**
 * A key that may log in, or a certificate authority whose certificates may.
 *
 * @param key the public key
 * @param options what it may be used for
 */
public record AuthorizedKey(PublicKey key, KeyOptions options) {}
