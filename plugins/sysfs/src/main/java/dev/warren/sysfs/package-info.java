/** The host's administration as files, in the manner of Plan 9. */
@NullMarked
package dev.warren.sysfs;

import org.jspecify.annotations.NullMarked;
