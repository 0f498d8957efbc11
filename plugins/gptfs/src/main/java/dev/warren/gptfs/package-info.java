/** Prompts in, answers out: a file system in front of language models. */
@NullMarked
package dev.warren.gptfs;

import org.jspecify.annotations.NullMarked;
