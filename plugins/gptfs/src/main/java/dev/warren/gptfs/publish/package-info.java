/** Publishes answers and statuses in the outbox, completely or not at all. */
@NullMarked
package dev.warren.gptfs.publish;

import org.jspecify.annotations.NullMarked;
