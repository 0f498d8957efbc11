/** Accounts for the memory of prompts, requests and answers. */
@NullMarked
package dev.warren.gptfs.memory;

import org.jspecify.annotations.NullMarked;
