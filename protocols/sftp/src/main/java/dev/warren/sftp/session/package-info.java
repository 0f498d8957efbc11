/** An SFTP session: requests in, operations on a file system, replies out. Independent of SSH. */
@NullMarked
package dev.warren.sftp.session;

import org.jspecify.annotations.NullMarked;
