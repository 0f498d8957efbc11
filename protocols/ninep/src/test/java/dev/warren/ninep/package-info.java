/** Tests of the 9P front end, and a client to test it with. */
@NullMarked
package dev.warren.ninep;

import org.jspecify.annotations.NullMarked;
