/** The memory that contents take while they are prompts, requests and answers. */
@NullMarked
package dev.warren.gptfs.memory;

import org.jspecify.annotations.NullMarked;
