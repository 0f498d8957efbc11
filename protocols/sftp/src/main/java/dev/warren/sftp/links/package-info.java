/** Symbolic links, followed here because file systems never do it themselves. */
@NullMarked
package dev.warren.sftp.links;

import org.jspecify.annotations.NullMarked;
