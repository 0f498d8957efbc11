/** Byte-range locks, shared by all connections of all front ends. */
@NullMarked
package dev.warren.namespace.locks;

import org.jspecify.annotations.NullMarked;
