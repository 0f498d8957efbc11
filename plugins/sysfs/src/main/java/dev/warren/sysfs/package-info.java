/** The host's administration as files, the Plan 9 way. */
@NullMarked
package dev.warren.sysfs;

import org.jspecify.annotations.NullMarked;
