/** The worker pool: the order of calls, attempts, retries, batches, jobs shared by hosts. */
@NullMarked
package dev.warren.gptfs.work;

import org.jspecify.annotations.NullMarked;
