/** Tests of this package. */
@NullMarked
package dev.warren.sftp.ssh;

import org.jspecify.annotations.NullMarked;
