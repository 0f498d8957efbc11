/** Files without their names: rows, attributes and extended attributes. */
@NullMarked
package dev.warren.sqlfs.inode;

import org.jspecify.annotations.NullMarked;
