/** Paths that follow renames. */
@NullMarked
package dev.warren.namespace.track;

import org.jspecify.annotations.NullMarked;
