/** The clock and the timers, which tests replace by manual ones. */
@NullMarked
package dev.warren.gptfs.time;

import org.jspecify.annotations.NullMarked;
