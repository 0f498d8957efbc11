/** A cache of what was recently read from the database. */
@NullMarked
package dev.warren.sqlfs.cache;

import org.jspecify.annotations.NullMarked;
