/** Contents of files, stored in chunks. */
@NullMarked
package dev.warren.sqlfs.content;

import org.jspecify.annotations.NullMarked;
