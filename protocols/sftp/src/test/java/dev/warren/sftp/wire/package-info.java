/** Tests of this package. */
@NullMarked
package dev.warren.sftp.wire;

import org.jspecify.annotations.NullMarked;
