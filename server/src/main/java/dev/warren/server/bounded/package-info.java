/** Calls into what belongs to others, which are not waited for without end. */
@NullMarked
package dev.warren.server.bounded;

import org.jspecify.annotations.NullMarked;
