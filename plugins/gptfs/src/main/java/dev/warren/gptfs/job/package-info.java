/** What a job is, and the steps that it goes through. */
@NullMarked
package dev.warren.gptfs.job;

import org.jspecify.annotations.NullMarked;
