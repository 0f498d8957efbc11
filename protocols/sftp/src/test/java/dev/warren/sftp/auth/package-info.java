/** Tests of this package. */
@NullMarked
package dev.warren.sftp.auth;

import org.jspecify.annotations.NullMarked;
