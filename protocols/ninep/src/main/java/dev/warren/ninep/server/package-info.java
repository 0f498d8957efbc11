/** Listeners, connections, and which thread runs an operation. */
@NullMarked
package dev.warren.ninep.server;

import org.jspecify.annotations.NullMarked;
