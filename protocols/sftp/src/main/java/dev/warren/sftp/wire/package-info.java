/** SFTP version 3 on the wire: what packets are made of. Knows no SSH and no file system. */
@NullMarked
package dev.warren.sftp.wire;

import org.jspecify.annotations.NullMarked;
