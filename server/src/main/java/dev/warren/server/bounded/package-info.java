/** Calls into code that may hang, with a timeout. */
@NullMarked
package dev.warren.server.bounded;

import org.jspecify.annotations.NullMarked;
