/** Answers and statuses into the outbox, whole or not at all. */
@NullMarked
package dev.warren.gptfs.publish;

import org.jspecify.annotations.NullMarked;
