/** Histories of concurrent operations, and what they must satisfy. */
@NullMarked
package dev.warren.sqlfs.history;

import org.jspecify.annotations.NullMarked;
