/** A faster chacha20-poly1305@openssh.com than MINA's, which computes both halves byte by byte. */
@NullMarked
package dev.warren.sftp.cipher;

import org.jspecify.annotations.NullMarked;
