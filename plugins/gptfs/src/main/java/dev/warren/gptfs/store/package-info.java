/** The database of jobs: every accepted one is on disk before it counts. */
@NullMarked
package dev.warren.gptfs.store;

import org.jspecify.annotations.NullMarked;
