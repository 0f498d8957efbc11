/** The database of jobs. A job is stored before its file counts as accepted. */
@NullMarked
package dev.warren.gptfs.store;

import org.jspecify.annotations.NullMarked;
