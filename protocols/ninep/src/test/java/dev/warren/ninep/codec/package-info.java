/** Tests of 9P2000.L's wire format. */
@NullMarked
package dev.warren.ninep.codec;

import org.jspecify.annotations.NullMarked;
