/** Checks whether the tables of a file system are consistent, and repairs them. */
@NullMarked
package dev.warren.sqlfs.check;

import org.jspecify.annotations.NullMarked;
