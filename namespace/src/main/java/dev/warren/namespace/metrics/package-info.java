/** Metrics and access log of client operations on mounted file systems. */
@NullMarked
package dev.warren.namespace.metrics;

import org.jspecify.annotations.NullMarked;
