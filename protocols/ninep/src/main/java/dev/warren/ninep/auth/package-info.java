/** Who may attach, and as whom. */
@NullMarked
package dev.warren.ninep.auth;

import org.jspecify.annotations.NullMarked;
