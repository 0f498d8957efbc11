/** What goes to standard error, and what must not. */
@NullMarked
package dev.warren.server.log;

import org.jspecify.annotations.NullMarked;
