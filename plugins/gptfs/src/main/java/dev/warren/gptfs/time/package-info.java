/** The clock and the timers, which tests replace by ones that they set. */
@NullMarked
package dev.warren.gptfs.time;

import org.jspecify.annotations.NullMarked;
