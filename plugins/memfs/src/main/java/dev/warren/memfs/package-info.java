/**
 * A complete file system in memory: for scratch files, and as the reference with which other file
 * systems are compared.
 */
@NullMarked
package dev.warren.memfs;

import org.jspecify.annotations.NullMarked;
