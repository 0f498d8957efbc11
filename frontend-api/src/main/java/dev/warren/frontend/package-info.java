/**
 * What front ends see beyond {@link dev.warren.api.FileSystem}: how the host starts and asks them,
 * and what all of them share, whichever one a client came in by. Plugins do not use this package.
 */
@NullMarked
package dev.warren.frontend;

import org.jspecify.annotations.NullMarked;
