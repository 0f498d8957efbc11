/** Tests of connections without a network. */
@NullMarked
package dev.warren.ninep.server;

import org.jspecify.annotations.NullMarked;
