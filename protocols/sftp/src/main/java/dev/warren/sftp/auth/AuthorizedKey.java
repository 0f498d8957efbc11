package dev.warren.sftp.auth;

import java.security.PublicKey;

/**
 * A key that logs in, or an authority whose certificates do.
 *
 * @param key the public key
 * @param options what it may be used for
 */
public record AuthorizedKey(PublicKey key, KeyOptions options) {}
