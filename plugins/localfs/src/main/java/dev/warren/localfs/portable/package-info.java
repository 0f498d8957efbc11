/** A directory of any host through java.nio.file, with the limits that this has. */
@NullMarked
package dev.warren.localfs.portable;

import org.jspecify.annotations.NullMarked;
