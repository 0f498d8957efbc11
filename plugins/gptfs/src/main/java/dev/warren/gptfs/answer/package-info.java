/** Finds the answer in the response of an endpoint. */
@NullMarked
package dev.warren.gptfs.answer;

import org.jspecify.annotations.NullMarked;
