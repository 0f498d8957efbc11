/** From what an endpoint said to the text of an answer. */
@NullMarked
package dev.warren.gptfs.answer;

import org.jspecify.annotations.NullMarked;
