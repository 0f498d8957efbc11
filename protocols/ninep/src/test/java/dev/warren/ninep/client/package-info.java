/** A 9P2000.L client: single messages, and a whole file system based on them. */
@NullMarked
package dev.warren.ninep.client;

import org.jspecify.annotations.NullMarked;
