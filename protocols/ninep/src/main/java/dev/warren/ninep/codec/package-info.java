/**
 * The bytes of 9P2000.L: frames, messages, flags, attributes. Knows no file system and no
 * connection.
 */
@NullMarked
package dev.warren.ninep.codec;

import org.jspecify.annotations.NullMarked;
