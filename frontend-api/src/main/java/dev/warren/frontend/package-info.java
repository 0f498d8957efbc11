/**
 * What the host's front ends (SFTP, 9P) see beyond {@link dev.warren.api.FileSystem}: what all of
 * them share, whichever one a client came in by. Plugins do not use this package.
 */
@NullMarked
package dev.warren.frontend;

import org.jspecify.annotations.NullMarked;
