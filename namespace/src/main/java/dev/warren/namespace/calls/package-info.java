/** Runs calls that may block in the operating system on threads that belong to their mount. */
@NullMarked
package dev.warren.namespace.calls;

import org.jspecify.annotations.NullMarked;
