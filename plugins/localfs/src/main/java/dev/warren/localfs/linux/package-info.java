/** Serves a directory of a Linux host by system calls, confined by the kernel. */
@NullMarked
package dev.warren.localfs.linux;

import org.jspecify.annotations.NullMarked;
