/** Contents of files, in chunks. */
@NullMarked
package dev.warren.sqlfs.content;

import org.jspecify.annotations.NullMarked;
