/** Tests of which clients may attach. */
@NullMarked
package dev.warren.ninep.auth;

import org.jspecify.annotations.NullMarked;
