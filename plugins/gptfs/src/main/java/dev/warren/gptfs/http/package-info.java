/** One call to a model's endpoint, what its outcome means, and when to try again. */
@NullMarked
package dev.warren.gptfs.http;

import org.jspecify.annotations.NullMarked;
