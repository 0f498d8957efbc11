/** Decides which clients may attach, and as which user. */
@NullMarked
package dev.warren.ninep.auth;

import org.jspecify.annotations.NullMarked;
