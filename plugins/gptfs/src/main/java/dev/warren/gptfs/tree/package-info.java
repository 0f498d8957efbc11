/** The tree that clients see. */
@NullMarked
package dev.warren.gptfs.tree;

import org.jspecify.annotations.NullMarked;
