/** JSON as gptfs reads and writes it. */
@NullMarked
package dev.warren.gptfs.json;

import org.jspecify.annotations.NullMarked;
