/** What a plugin's configuration may hold, and what it holds. */
@NullMarked
package dev.warren.api.config;

import org.jspecify.annotations.NullMarked;
