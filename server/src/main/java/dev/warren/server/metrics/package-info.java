/** Where the host and its plugins count. */
@NullMarked
package dev.warren.server.metrics;

import org.jspecify.annotations.NullMarked;
