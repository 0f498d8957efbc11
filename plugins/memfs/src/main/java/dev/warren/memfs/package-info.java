/**
 * A complete file system in memory: a place for scratch files, and the reference that other file
 * systems are compared with.
 */
@NullMarked
package dev.warren.memfs;

import org.jspecify.annotations.NullMarked;
