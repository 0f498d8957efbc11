/**
 * Combines many mounted file systems into one. Start at {@link dev.warren.namespace.Namespace}: the
 * host mounts plugins there, and front ends serve it.
 */
@NullMarked
package dev.warren.namespace;

import org.jspecify.annotations.NullMarked;
