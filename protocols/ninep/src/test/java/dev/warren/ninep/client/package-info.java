/** A 9P2000.L client: messages by hand, and a whole file system through them. */
@NullMarked
package dev.warren.ninep.client;

import org.jspecify.annotations.NullMarked;
