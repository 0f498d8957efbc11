/** The operations that clients request, one class each, on the fids of a session. */
@NullMarked
package dev.warren.ninep.ops;

import org.jspecify.annotations.NullMarked;
