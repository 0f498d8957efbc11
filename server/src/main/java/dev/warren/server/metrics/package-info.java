/** The metrics of the host and its plugins. */
@NullMarked
package dev.warren.server.metrics;

import org.jspecify.annotations.NullMarked;
