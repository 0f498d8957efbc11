/** From a file to what is sent: recognition, bodies, overrides. */
@NullMarked
package dev.warren.gptfs.request;

import org.jspecify.annotations.NullMarked;
