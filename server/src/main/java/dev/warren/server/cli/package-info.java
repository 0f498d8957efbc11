/** The command line. */
@NullMarked
package dev.warren.server.cli;

import org.jspecify.annotations.NullMarked;
