/** Resolution of symbolic links, which file systems leave to their callers. */
@NullMarked
package dev.warren.sftp.links;

import org.jspecify.annotations.NullMarked;
