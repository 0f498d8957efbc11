/**
 * The wire format of 9P2000.L: frames, messages, flags, attributes. Independent of file systems and
 * connections.
 */
@NullMarked
package dev.warren.ninep.codec;

import org.jspecify.annotations.NullMarked;
