/** Tests of what is inside the Linux implementation. */
@NullMarked
package dev.warren.localfs.linux;

import org.jspecify.annotations.NullMarked;
