/** Lookups by name, and changes of names. */
@NullMarked
package dev.warren.sqlfs.names;

import org.jspecify.annotations.NullMarked;
