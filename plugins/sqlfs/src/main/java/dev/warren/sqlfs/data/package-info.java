/** Contents of open files: reads and writes by chunks, with pending writes in memory. */
@NullMarked
package dev.warren.sqlfs.data;

import org.jspecify.annotations.NullMarked;
