/** Calls that may wait in the operating system, on threads of their mount's own. */
@NullMarked
package dev.warren.namespace.calls;

import org.jspecify.annotations.NullMarked;
