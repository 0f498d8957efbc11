/** A directory of a Linux host through its system calls, confined by the kernel. */
@NullMarked
package dev.warren.localfs.linux;

import org.jspecify.annotations.NullMarked;
