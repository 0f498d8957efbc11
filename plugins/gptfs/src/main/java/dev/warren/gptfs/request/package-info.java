/** Builds requests from files: recognition, bodies, overrides. */
@NullMarked
package dev.warren.gptfs.request;

import org.jspecify.annotations.NullMarked;
