/** The journal: every accepted job on disk before it counts. */
@NullMarked
package dev.warren.gptfs.store;

import org.jspecify.annotations.NullMarked;
