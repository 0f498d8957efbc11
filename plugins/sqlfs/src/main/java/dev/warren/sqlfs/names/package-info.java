/** What names stand for, and the changes of names. */
@NullMarked
package dev.warren.sqlfs.names;

import org.jspecify.annotations.NullMarked;
