/**
 * Many mounted file systems as one. {@link dev.warren.namespace.Namespace} is where to start: the
 * host mounts plugins there, front ends serve it.
 */
@NullMarked
package dev.warren.namespace;

import org.jspecify.annotations.NullMarked;
