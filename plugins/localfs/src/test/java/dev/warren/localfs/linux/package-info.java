/** Tests of the internals of the Linux implementation. */
@NullMarked
package dev.warren.localfs.linux;

import org.jspecify.annotations.NullMarked;
