/** Writing JSON: for the log and for the host's status. */
@NullMarked
package dev.warren.server.json;

import org.jspecify.annotations.NullMarked;
