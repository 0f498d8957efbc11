/** When a file in the inbox is finished, and what follows. */
@NullMarked
package dev.warren.gptfs.submission;

import org.jspecify.annotations.NullMarked;
