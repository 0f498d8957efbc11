/** The program that {@code java} starts. */
@NullMarked
package dev.warren.server;

import org.jspecify.annotations.NullMarked;
