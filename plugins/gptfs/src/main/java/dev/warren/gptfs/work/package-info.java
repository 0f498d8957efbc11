/** The worker pool: who runs next, attempts, retries, batches. */
@NullMarked
package dev.warren.gptfs.work;

import org.jspecify.annotations.NullMarked;
