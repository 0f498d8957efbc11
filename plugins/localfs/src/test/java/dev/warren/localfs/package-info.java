/** Tests of the plugin that serves a directory of the host. */
@NullMarked
package dev.warren.localfs;

import org.jspecify.annotations.NullMarked;
