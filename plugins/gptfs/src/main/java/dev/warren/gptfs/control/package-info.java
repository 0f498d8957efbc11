/** ctl, stats.json and README. */
@NullMarked
package dev.warren.gptfs.control;

import org.jspecify.annotations.NullMarked;
