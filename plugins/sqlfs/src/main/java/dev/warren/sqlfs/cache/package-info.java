/** What was read not long ago, so that the database is not asked for it again. */
@NullMarked
package dev.warren.sqlfs.cache;

import org.jspecify.annotations.NullMarked;
