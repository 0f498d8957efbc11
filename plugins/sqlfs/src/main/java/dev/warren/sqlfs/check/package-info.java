/** Whether the tables of a file system agree with each other. */
@NullMarked
package dev.warren.sqlfs.check;

import org.jspecify.annotations.NullMarked;
