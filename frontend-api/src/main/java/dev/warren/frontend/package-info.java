/**
 * The contract for front ends beyond {@link dev.warren.api.FileSystem}: how the host starts and
 * monitors them, and the state that all front ends share. Plugins do not use this package.
 */
@NullMarked
package dev.warren.frontend;

import org.jspecify.annotations.NullMarked;
