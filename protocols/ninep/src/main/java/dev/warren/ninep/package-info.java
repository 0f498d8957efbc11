/** 9P2000.L on Netty: the front end that the Linux kernel's client (v9fs) mounts. */
@NullMarked
package dev.warren.ninep;

import org.jspecify.annotations.NullMarked;
