/** Serves a directory of any host through java.nio.file, within the limits of that interface. */
@NullMarked
package dev.warren.localfs.portable;

import org.jspecify.annotations.NullMarked;
