/**
 * An implementation of chacha20-poly1305@openssh.com that is faster than MINA's, whose ChaCha20 and
 * Poly1305 both work byte by byte.
 */
@NullMarked
package dev.warren.sftp.cipher;

import org.jspecify.annotations.NullMarked;
