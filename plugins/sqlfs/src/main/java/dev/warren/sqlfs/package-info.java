/** A file system in a database, used by one host or shared by many. */
@NullMarked
package dev.warren.sqlfs;

import org.jspecify.annotations.NullMarked;
