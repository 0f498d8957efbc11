/** Batch files: their lines, their check, their results. */
@NullMarked
package dev.warren.gptfs.batch;

import org.jspecify.annotations.NullMarked;
