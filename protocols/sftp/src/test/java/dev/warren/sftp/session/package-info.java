/** Tests of this package. */
@NullMarked
package dev.warren.sftp.session;

import org.jspecify.annotations.NullMarked;
