/** What clients ask mounted file systems for: counted, timed, and logged on request. */
@NullMarked
package dev.warren.namespace.metrics;

import org.jspecify.annotations.NullMarked;
