/** Files apart from their names. */
@NullMarked
package dev.warren.sqlfs.inode;

import org.jspecify.annotations.NullMarked;
