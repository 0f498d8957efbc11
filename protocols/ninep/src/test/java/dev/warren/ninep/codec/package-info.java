/** Tests of the bytes of 9P2000.L. */
@NullMarked
package dev.warren.ninep.codec;

import org.jspecify.annotations.NullMarked;
