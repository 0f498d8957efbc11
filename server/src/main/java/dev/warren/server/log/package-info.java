/** The log on standard error, and the removal of secrets from it. */
@NullMarked
package dev.warren.server.log;

import org.jspecify.annotations.NullMarked;
