/** Tests of this package. */
@NullMarked
package dev.warren.sftp.io;

import org.jspecify.annotations.NullMarked;
