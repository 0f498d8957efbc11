/** SFTP version 3 on the wire: the structure of packets. Independent of SSH and of file systems. */
@NullMarked
package dev.warren.sftp.wire;

import org.jspecify.annotations.NullMarked;
