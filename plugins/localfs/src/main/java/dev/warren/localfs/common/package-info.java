/** The common part of the two implementations of localfs. */
@NullMarked
package dev.warren.localfs.common;

import org.jspecify.annotations.NullMarked;
