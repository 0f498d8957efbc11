/** Listeners, connections, and the choice of the thread that runs an operation. */
@NullMarked
package dev.warren.ninep.server;

import org.jspecify.annotations.NullMarked;
