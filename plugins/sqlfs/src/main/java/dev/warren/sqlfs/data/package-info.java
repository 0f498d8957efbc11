/** Contents: in chunks in the database, in memory while they are written. */
@NullMarked
package dev.warren.sqlfs.data;

import org.jspecify.annotations.NullMarked;
